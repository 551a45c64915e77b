package dev.asterism.overlay.handshake;

import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.tunnel.Tunnel;
import java.util.List;

/** Both halves of handshaking with what they share: indexes, times, pending handshakes. */
public final class Handshakes {

    private final PendingTable pending = new PendingTable();
    private final KnownPrefixes known = new KnownPrefixes();
    private final Initiator initiator;
    private final Responder responder;

    public Handshakes(HandshakeWorld world, EventSink events) {
        HandshakeClock clock = new HandshakeClock();
        LocalIndexes indexes =
                new LocalIndexes(
                        world.random(),
                        index ->
                                world.tunnels().byIndex(index) != null
                                        || pending.byIndex(index) != null);
        PeerVerifier verifier = new PeerVerifier();
        initiator = new Initiator(world, pending, indexes, clock, verifier, events);
        responder =
                new Responder(world, indexes, clock, verifier, new HandshakeBudget(known), events);
    }

    public Initiator initiator() {
        return initiator;
    }

    public Responder responder() {
        return responder;
    }

    /** Where peers have proven themselves; for the control plane's thread. */
    public KnownPrefixes knownPrefixes() {
        return known;
    }

    /** The peer of this tunnel is who it says, and where the tunnel says. */
    public void proven(Tunnel tunnel) {
        UnderlayAddr at = tunnel.remote();
        if (at != null) {
            known.add(tunnel.peer().certificate().publicKey(), SourcePrefix.of(at.ip()));
        }
    }

    /** Addresses that handshakes are looking for. */
    public List<Ip> pendingAddresses() {
        return pending.all().stream().map(handshake -> handshake.overlay).toList();
    }
}
