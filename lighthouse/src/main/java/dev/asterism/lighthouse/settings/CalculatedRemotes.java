package dev.asterism.lighthouse.settings;

import dev.asterism.overlay.config.OverlayConfig.CalculatedRemote;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.PrefixTable;
import dev.asterism.overlay.net.UnderlayAddr;
import java.util.List;
import java.util.Map;

/**
 * {@code calculated_remotes}: candidates made of a network part from the configuration and the host part of
 * the overlay address (spec behaviour.md 3.5). Immutable.
 */
public final class CalculatedRemotes {

    public static final CalculatedRemotes NONE =
            new CalculatedRemotes(java.util.Collections.emptyMap());

    private final PrefixTable<List<CalculatedRemote>> byOverlay = new PrefixTable<>();

    public CalculatedRemotes(Map<Cidr, List<CalculatedRemote>> byRange) {
        byRange.forEach((range, masks) -> byOverlay.put(range, List.copyOf(masks)));
    }

    /** Candidates of the longest range that holds the address; masks of the other family are left out. */
    public List<UnderlayAddr> of(Ip overlay) {
        List<CalculatedRemote> masks = byOverlay.longestMatch(overlay);
        if (masks == null) {
            return List.of();
        }
        return masks.stream()
                .filter(m -> m.mask().isIpv4() == overlay.isIpv4())
                .map(m -> new UnderlayAddr(join(m.mask(), overlay), m.port()))
                .toList();
    }

    private static Ip join(Cidr mask, Ip overlay) {
        Ip network = mask.masked().address();
        Ip last = mask.last();
        long hostHi = last.hi() ^ network.hi();
        long hostLo = last.lo() ^ network.lo();
        return new Ip(network.hi() | overlay.hi() & hostHi, network.lo() | overlay.lo() & hostLo);
    }
}
