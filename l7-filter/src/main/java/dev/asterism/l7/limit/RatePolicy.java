package dev.asterism.l7.limit;

import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.identity.Selector;
import java.util.List;

/**
 * How often a service or a route may be called. A caller is a certificate's name, so that a new address does not
 * help. The first override that matches a caller takes the place of {@link #perPeer} for each such caller.
 *
 * @param total of all callers; {@link Rate#UNLIMITED}: not looked at
 * @param perPeer of each caller by itself
 * @param audit what goes over it is counted and passes
 * @param source where it stands: {@code config.yml:12}; empty: nowhere
 */
public record RatePolicy(
        Rate total, Rate perPeer, List<Override> overrides, boolean audit, String source) {

    /** For some callers; the word of the file. */
    @SuppressWarnings("JavaLangClash")
    public record Override(Selector from, Rate rate) {}

    public static final RatePolicy NONE =
            new RatePolicy(Rate.UNLIMITED, Rate.UNLIMITED, List.of(), false, "");

    public RatePolicy {
        overrides = List.copyOf(overrides);
    }

    /** Of one caller. */
    public Rate rateOf(Caller caller) {
        for (int i = 0; i < overrides.size(); i++) {
            if (overrides.get(i).from().matches(caller)) {
                return overrides.get(i).rate();
            }
        }
        return perPeer;
    }

    /** The same rates, wherever they stand. */
    public boolean isSameAs(RatePolicy other) {
        return total.equals(other.total)
                && perPeer.equals(other.perPeer)
                && overrides.equals(other.overrides)
                && audit == other.audit;
    }

    public boolean isNone() {
        return total.isUnlimited() && perPeer.isUnlimited() && overrides.isEmpty();
    }
}
