package dev.asterism.l7.limit;

import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.identity.Priority;
import dev.asterism.l7.identity.Selector;
import java.time.Duration;
import java.util.List;

/**
 * How a service under {@code serve} finds out how much its application can do at once, and what it sheds first.
 * Immutable.
 *
 * @param adaptive whether {@link AdaptiveLimit} takes the place of {@code max.requests}
 * @param least the limit never falls below it
 * @param headroom how much slower than at its best the application may become, 0.25 for a quarter
 * @param patience how long a request waits for a place; zero: not at all
 * @param classes of callers, the first that matches; others are {@link Priority#NORMAL}
 * @param audit what would be shed is counted and passes
 * @param source where it stands: {@code config.yml:12}; empty: nowhere
 */
public record OverloadPolicy(
        boolean adaptive,
        int least,
        double headroom,
        Duration patience,
        List<CallerClass> classes,
        boolean audit,
        String source) {

    /** The class of some callers. */
    public record CallerClass(Selector from, Priority priority) {}

    public static final OverloadPolicy OFF =
            new OverloadPolicy(false, 4, 0.25, Duration.ofMillis(100), List.of(), false, "");

    public OverloadPolicy {
        classes = List.copyOf(classes);
        if (least < 1) {
            throw new IllegalArgumentException("least is at least 1");
        }
        if (!(headroom >= 0.05 && headroom <= 10)) {
            throw new IllegalArgumentException("headroom is 5 % to 1000 %");
        }
        if (patience.isNegative() || patience.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("wait is 0 to 1m");
        }
    }

    /** Of a caller's requests on a route that names no class. */
    public Priority of(Caller caller) {
        for (int i = 0; i < classes.size(); i++) {
            if (classes.get(i).from().matches(caller)) {
                return classes.get(i).priority();
            }
        }
        return Priority.NORMAL;
    }

    /** For two that are adaptive: whether they find the limit in the same way, whatever is done with it. */
    boolean findsAs(OverloadPolicy other) {
        return least == other.least && headroom == other.headroom;
    }
}
