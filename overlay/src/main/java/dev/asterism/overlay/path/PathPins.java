package dev.asterism.overlay.path;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.config.PathPin;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code asterism.paths}, compiled: which entry is for a peer. One for its overlay address comes before one for its
 * name, and that before those for its groups, of which the first in the file counts. Immutable.
 */
public final class PathPins {

    public static final PathPins NONE = new PathPins(List.of());

    private final Map<Ip, PathPin> byAddress = new LinkedHashMap<>();
    private final Map<String, PathPin> byName = new LinkedHashMap<>();

    /** In the order of the file. */
    private final Map<String, PathPin> byGroup = new LinkedHashMap<>();

    private PathPins(List<PathPin> pins) {
        for (PathPin pin : pins) {
            String peers = pin.peers();
            Ip address = Ip.parse(peers);
            if (address != null) {
                byAddress.put(address, pin);
            } else if (peers.startsWith(PathPin.GROUP)) {
                byGroup.put(peers.substring(PathPin.GROUP.length()), pin);
            } else {
                byName.put(peers, pin);
            }
        }
    }

    public static PathPins of(List<PathPin> pins) {
        return pins.isEmpty() ? NONE : new PathPins(pins);
    }

    /** The one for a peer of which no more than an overlay address is known; null when there is none. */
    public @Nullable PathPin of(Ip address) {
        return byAddress.get(address);
    }

    /** The one for the holder of a certificate; null when there is none. */
    public @Nullable PathPin of(Certificate peer) {
        List<PathPin> all = this == NONE ? List.of() : allOf(peer);
        return all.isEmpty() ? null : all.getFirst();
    }

    /** All that are for the holder of a certificate; the first counts. */
    public List<PathPin> allOf(Certificate peer) {
        List<PathPin> all = new ArrayList<>();
        for (Cidr network : peer.networks()) {
            add(all, byAddress.get(network.address()));
        }
        add(all, byName.get(peer.name()));
        byGroup.forEach((group, pin) -> add(all, peer.groups().contains(group) ? pin : null));
        return all;
    }

    private static void add(List<PathPin> all, @Nullable PathPin pin) {
        if (pin != null) {
            all.add(pin);
        }
    }

    /** Whether the holder of a certificate may be reached by that path. */
    public boolean allows(Certificate peer, @Nullable Path path) {
        if (!(path instanceof Path.Relayed)) {
            return true;
        }
        PathPin pin = of(peer);
        return pin == null || !pin.neverRelay();
    }

    /** As far as the address alone says it, whether the entry means that relay. */
    public static boolean means(PathPin pin, Ip relay) {
        return pin.prefersRelay() && relay.equals(Ip.parse(pin.relay()));
    }

    /** Whether the entry means the relay with those overlay addresses and that name. */
    public static boolean means(PathPin pin, List<Ip> relay, String name) {
        Ip address = Ip.parse(pin.relay());
        return pin.prefersRelay()
                && (pin.relay().equals(name) || address != null && relay.contains(address));
    }

    /** Whether the entry means the relay of that leg. */
    public static boolean means(PathPin pin, RelayLeg leg) {
        return means(pin, leg.relayAddresses(), leg.relayName());
    }
}
