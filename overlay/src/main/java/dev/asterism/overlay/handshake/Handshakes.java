package dev.asterism.overlay.handshake;

import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.net.Ip;
import java.util.List;

/** Both halves of handshaking with what they share: indexes, times, pending handshakes. */
public final class Handshakes {

    private final PendingTable pending = new PendingTable();
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
        responder = new Responder(world, indexes, clock, verifier, events);
    }

    public Initiator initiator() {
        return initiator;
    }

    public Responder responder() {
        return responder;
    }

    /** Addresses that handshakes are looking for. */
    public List<Ip> pendingAddresses() {
        return pending.all().stream().map(handshake -> handshake.overlay).toList();
    }
}
