package dev.asterism.overlay.relay;

import dev.asterism.overlay.config.PathPin;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.path.PathPins;
import dev.asterism.overlay.path.RelayLeg;
import dev.asterism.overlay.tunnel.PathReason;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which relay carries the packets of a tunnel that has no direct path: the one in use while its entry for the peer can
 * be used, else the next one, see {@link #best} (spec wire.md 8.6). Keeps each tunnel on that relay as entries come and
 * go. Control plane only.
 */
public final class RelayPaths {

    /** Of one tunnel; a peer names ten at most. */
    private static final int MAX_RELAYS = 16;

    private final TunnelTable tunnels;
    private final RelayTable table;
    private final Supplier<RelayPolicy> policy;

    RelayPaths(TunnelTable tunnels, RelayTable table, Supplier<RelayPolicy> policy) {
        this.tunnels = tunnels;
        this.table = table;
        this.policy = policy;
    }

    /** The peer can be reached by this leg as well. */
    void add(Tunnel tunnel, RelayLeg leg) {
        tunnel.remotes().learnRelay(leg.relay());
        List<Ip> before = tunnel.watch().relays;
        if (before.size() < MAX_RELAYS && !before.contains(leg.relay())) {
            List<Ip> more = new ArrayList<>(before);
            more.add(leg.relay());
            tunnel.watch().relays = List.copyOf(more);
        }
        choose(tunnel);
    }

    /**
     * The peer has chosen this leg: it is the first that counts from now on. The configuration comes before the peer: a
     * relay that it prefers is kept while it can be used, and where relays are forbidden none is taken.
     */
    void prefer(Tunnel tunnel, RelayLeg leg) {
        tunnel.remotes().learnRelay(leg.relay());
        putFirst(tunnel, leg.relay());
        RelayEntry chosen = usable(tunnel, leg.relay());
        if (chosen != null
                && tunnel.path() instanceof Path.Relayed(RelayLeg inUse)
                && !isPinned(tunnel, inUse)) {
            use(tunnel, chosen);
        } else {
            choose(tunnel);
        }
    }

    /** Whether the configuration decides and not the peer: it prefers the relay of that leg, or forbids relays. */
    private boolean isPinned(Tunnel tunnel, RelayLeg leg) {
        PathPin pin = policy.get().pins().of(tunnel.peer().certificate());
        return pin != null && (pin.neverRelay() || PathPins.means(pin, leg));
    }

    private static void use(Tunnel tunnel, RelayEntry leg) {
        if (!leg.path().equals(tunnel.path())) {
            tunnel.path(leg.path());
            tunnel.watch().paths.changed(PathReason.RELAY_LEFT);
            tunnel.watch().quality.pathChanged();
        }
    }

    /** An entry can be used that could not, or cannot any more. */
    void changed(RelayEntry entry) {
        if (entry.role() == RelayRole.TERMINAL) {
            tunnels.allOf(entry.peer()).forEach(this::choose);
        }
    }

    /** Takes the best relay there is, unless the path is direct or works. */
    public void choose(Tunnel tunnel) {
        Path current = tunnel.path();
        if (current instanceof Path.Direct) {
            return;
        }
        RelayEntry best = best(tunnel);
        if (best == null) {
            tunnel.path(null);
        } else {
            use(tunnel, best);
        }
    }

    /** Sends by that leg from now on, as what went by another one did not arrive. */
    public void take(Tunnel tunnel, RelayEntry leg) {
        putFirst(tunnel, leg.relay());
        use(tunnel, leg);
    }

    private static void putFirst(Tunnel tunnel, Ip first) {
        Stream<Ip> others = tunnel.watch().relays.stream().filter(relay -> !relay.equals(first));
        tunnel.watch().relays = Stream.concat(Stream.of(first), others).limit(MAX_RELAYS).toList();
    }

    /** The legs by which the peer can be reached besides the one in use. */
    public List<RelayEntry> others(Tunnel tunnel) {
        List<RelayEntry> found = new ArrayList<>();
        for (Ip relay : relaysOf(tunnel)) {
            RelayEntry entry = usable(tunnel, relay);
            if (entry != null && !entry.path().equals(tunnel.path())) {
                found.add(entry);
            }
        }
        return found;
    }

    /** Those by which the peer has been reached, and those that it names. */
    public static List<Ip> relaysOf(Tunnel tunnel) {
        return Stream.concat(tunnel.watch().relays.stream(), tunnel.remotes().relays().stream())
                .distinct()
                .toList();
    }

    /**
     * The tunnel to the neighbour at that address which expects that index in what we send to be
     * forwarded, or null.
     */
    public @Nullable Tunnel carrying(int remoteIndex, UnderlayAddr from) {
        if (remoteIndex == 0) {
            return null; // that of entries whose request nobody has answered
        }
        for (Tunnel tunnel : tunnels.all()) {
            if (from.equals(tunnel.remote())) {
                for (RelayEntry entry : table.entries(tunnel)) {
                    if (entry.remoteIndex() == remoteIndex) {
                        return tunnel;
                    }
                }
            }
        }
        return null;
    }

    /**
     * The leg by which the tunnel's packets go without a direct path: that of the relay in use as long as it can be
     * used, else of the one that the configuration prefers, else of the first that can. Null when there is none, or
     * when the peer is not to be reached through relays.
     */
    public @Nullable RelayEntry best(Tunnel tunnel) {
        PathPin pin = policy.get().pins().of(tunnel.peer().certificate());
        if (pin != null && pin.neverRelay()) {
            return null;
        }
        if (tunnel.path() instanceof Path.Relayed(RelayLeg leg)) {
            RelayEntry kept = usable(tunnel, leg.relay());
            if (kept != null) {
                return kept;
            }
        }
        RelayEntry first = null;
        for (Ip relay : tunnel.watch().relays) {
            RelayEntry entry = usable(tunnel, relay);
            if (entry != null && pin != null && PathPins.means(pin, entry)) {
                return entry;
            }
            first = first == null ? entry : first;
        }
        return first;
    }

    @Nullable RelayEntry usable(Tunnel tunnel, Ip relay) {
        return table.usable(relay, tunnel.addresses(), RelayRole.TERMINAL);
    }
}
