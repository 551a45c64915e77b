package dev.asterism.overlay.relay;

import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks relays to carry what goes to a peer, as one of the two ends; see {@link RelayNegotiator}.
 * Control plane only.
 */
record RelayAsker(
        TunnelTable tunnels,
        RelayPaths paths,
        RelayAdmission admission,
        RelayLink link,
        EventSink events) {

    int attempt(Ip peer, List<Ip> relays, RelayTry why, byte[] message1, Tick now) {
        RelayPolicy current = policy();
        if (!current.useRelays() || relays.isEmpty()) {
            return 0;
        }
        if (why != RelayTry.READY) {
            events.emit(new RelayEvent.Attempted(peer, relays, why == RelayTry.FIRST));
        }
        int sent = 0;
        Set<Tunnel> tried = new LinkedHashSet<>();
        for (Ip relay : relays) {
            Tunnel tunnel = tunnels.byOverlay(relay);
            boolean itself = relay.equals(peer) || tunnel != null && isAlso(tunnel, peer);
            boolean again = tunnel != null && !tried.add(tunnel); // by another of its addresses
            if (!itself && !again && !current.isOwn(relay)) {
                sent += attemptThrough(relay, tunnel, peer, why, message1, now) ? 1 : 0;
            }
        }
        return sent;
    }

    private static boolean isAlso(Tunnel relay, Ip peer) {
        return relay.addresses().contains(peer);
    }

    private boolean attemptThrough(
            Ip relay, @Nullable Tunnel tunnel, Ip peer, RelayTry why, byte[] message1, Tick now) {
        if (tunnel == null || tunnel.remote() == null) {
            if (why != RelayTry.READY) {
                link.connect(relay);
            }
            return false;
        }
        RelayEntry ready = table().usable(relay, List.of(peer), RelayRole.TERMINAL);
        boolean sent = ready != null && link.handshake(ready, message1);
        boolean ask = why == RelayTry.AGAIN || why == RelayTry.FIRST && !sent;
        boolean works = ready != null && sent && carriesNow(ready, peer, now);
        if (ask && !works) {
            ask(tunnel, peer);
        }
        return sent;
    }

    @Nullable RelayEntry prepare(Ip peer, Ip relay, boolean again) {
        RelayPolicy current = policy();
        if (!current.useRelays() || relay.equals(peer) || current.isOwn(relay)) {
            return null;
        }
        Tunnel tunnel = tunnels.byOverlay(relay);
        if (tunnel == null) {
            link.connect(relay);
            return null;
        }
        if (isAlso(tunnel, peer)) {
            return null;
        }
        RelayEntry ready = table().usable(relay, List.of(peer), RelayRole.TERMINAL);
        if (tunnel.remote() != null && (ready == null || again)) {
            ask(tunnel, peer);
        }
        return ready;
    }

    /**
     * Whether the entry is known to work, so that the relay is not asked again: from a request on, a stock relay
     * forwards nothing between the two ends until both have answered it, and a handshake beside a living tunnel may
     * take long for other reasons.
     */
    private boolean carriesNow(RelayEntry ready, Ip peer, Tick now) {
        Tunnel end = tunnels.byOverlay(peer);
        return end != null
                && ready.path().equals(end.path())
                && end.traffic().hasHeardPath(now.nanos());
    }

    /**
     * Asks for the entry on the relay's present session, also where an older one has an entry that could be used: a
     * relay that has started anew knows nothing of the older one. Asks as well when there is an entry that does not
     * work: the relay may have lost its tunnel to the peer since, and nothing else says so.
     */
    void ask(Tunnel tunnel, Ip peer) {
        RelayEntry entry = table().entry(tunnel, peer);
        if (entry == null) {
            entry = admission.add(tunnel, peer, RelayRole.TERMINAL, RelayState.REQUESTED, 0);
        }
        if (entry != null && entry.role() == RelayRole.TERMINAL) {
            entry.requested();
            admission.out().request(entry, policy().ownPrimary(), peer);
        }
    }

    @Nullable RelayEntry ready(Tunnel peer, Ip relay, boolean asks) {
        if (peer.addresses().contains(relay)) {
            return null; // an entry for a group may name a relay of that group
        }
        RelayPolicy current = policy();
        RelayEntry entry = paths.usable(peer, relay);
        if (entry != null || !asks || !current.useRelays() || current.isOwn(relay)) {
            return entry;
        }
        Tunnel tunnel = tunnels.byOverlay(relay);
        if (tunnel == null) {
            link.connect(relay);
        } else if (tunnel.remote() != null && tunnel.isConfirmed()) {
            ask(tunnel, peer.primaryAddress());
        }
        return null;
    }

    private RelayPolicy policy() {
        return admission.policy().get();
    }

    private RelayTable table() {
        return admission.table();
    }
}
