package dev.asterism.overlay.node;

import dev.asterism.overlay.discovery.ControlLink;
import dev.asterism.overlay.handshake.QueuedMessage;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.PacketSender;
import dev.asterism.overlay.lane.SnapshotCell;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import dev.asterism.overlay.wire.MessageType;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The control plane's way out, and what discovery sees of it. What needs a handshake first is noted here and begun
 * by the control plane after the call, so that discovery and handshakes need not know each other.
 */
final class ControlSender implements ControlLink {

    private static final byte[] NO_PAYLOAD = {};
    private static final int MAX_HANDSHAKE_REQUESTS = 4096;

    private final TunnelTable tunnels;
    private final SnapshotCell snapshots;
    private final PacketSender sender;
    private final MessageTally tally;
    private final ArrayDeque<HandshakeRequest> handshakeRequests = new ArrayDeque<>();

    /** Whose message is being handled: what is sent to it meanwhile answers on the session by which it came. */
    private @Nullable Tunnel answering;

    /**
     * @param item null when only candidates have come for a handshake that is pending
     */
    record HandshakeRequest(Ip peer, @Nullable QueuedMessage item) {}

    ControlSender(
            TunnelTable tunnels, SnapshotCell snapshots, PacketSender sender, MessageTally tally) {
        this.tunnels = tunnels;
        this.snapshots = snapshots;
        this.sender = sender;
        this.tally = tally;
    }

    @Override
    public void send(Ip peer, MessageType type, int subtype, byte[] payload, Tick now) {
        Tunnel asker = answering;
        Tunnel tunnel =
                asker != null && asker.addresses().contains(peer) ? asker : tunnels.byOverlay(peer);
        if (tunnel != null) {
            message(tunnel, type, subtype, payload);
        } else if (handshakeRequests.size() < MAX_HANDSHAKE_REQUESTS) {
            handshakeRequests.add(
                    new HandshakeRequest(
                            peer, new QueuedMessage(type, subtype, Bytes.copyOf(payload))));
        }
    }

    MessageTally tally() {
        return tally;
    }

    /** Begins the handling of a peer's message; null ends it. */
    void answering(@Nullable Tunnel tunnel) {
        answering = tunnel;
    }

    @Override
    public void sendDatagram(UnderlayAddr to, byte[] datagram) {
        sender.datagram(to, datagram);
    }

    /** The same to all, at once; false when the network took none of them. */
    boolean sendNow(List<UnderlayAddr> to, byte[] datagram) {
        tally.countSent(CountedMessage.HANDSHAKE, to.size());
        return sender.datagramNow(to, datagram) > 0;
    }

    /** Message 2. */
    void answer(UnderlayAddr to, byte[] message2) {
        tally.countSent(CountedMessage.HANDSHAKE, 1);
        sender.datagram(to, message2);
    }

    /** Keeps a NAT's mapping alive. */
    void punch(UnderlayAddr to, byte[] datagram) {
        tally.countPunches(1);
        sender.datagram(to, datagram);
    }

    @Override
    public void wakeHandshake(Ip peer, Tick now) {
        if (handshakeRequests.size() < MAX_HANDSHAKE_REQUESTS) {
            handshakeRequests.add(new HandshakeRequest(peer, null));
        }
    }

    @Override
    public int certificateVersionTowards(Ip peer) {
        Tunnel tunnel = tunnels.byOverlay(peer);
        return tunnel != null
                ? tunnel.origin().ourCertificate().version()
                : snapshots.get().identity().certificate().version();
    }

    @Override
    public int peerCertificateVersion(Ip peer) {
        Tunnel tunnel = tunnels.byOverlay(peer);
        return tunnel != null
                ? tunnel.peer().certificate().version()
                : snapshots.get().identity().certificate().version();
    }

    @Override
    public boolean hasTunnel(Ip peer) {
        return tunnels.byOverlay(peer) != null;
    }

    @Override
    public @Nullable List<Cidr> networksOf(Ip peer) {
        Tunnel tunnel = tunnels.byOverlay(peer);
        return tunnel == null ? null : tunnel.peer().certificate().networks();
    }

    /** The next thing that a handshake is wanted for, or null. */
    @Nullable HandshakeRequest pollHandshakeRequest() {
        return handshakeRequests.poll();
    }

    void testRequest(Tunnel tunnel, Tick now) {
        tunnel.watch().quality.testSent(now.nanos());
        message(tunnel, MessageType.TEST, MessageType.TEST_REQUEST, NO_PAYLOAD);
    }

    /** To another address than the tunnel's: the reply makes the path switch, and measures nothing. */
    void testRequest(Tunnel tunnel, UnderlayAddr to) {
        tally.countSent(CountedMessage.TEST_REQUEST, 1);
        sender.messageTo(tunnel, to, MessageType.TEST, MessageType.TEST_REQUEST, NO_PAYLOAD);
    }

    void testReply(Tunnel tunnel, Bytes echo) {
        message(tunnel, MessageType.TEST, MessageType.TEST_REPLY, echo.toArray());
    }

    void close(Tunnel tunnel) {
        message(tunnel, MessageType.CLOSE_TUNNEL, 0, NO_PAYLOAD);
    }

    /** Seals what waited for the tunnel; packets have passed the firewall. */
    void waiting(Tunnel tunnel, QueuedMessage item) {
        message(tunnel, item.type(), item.subtype(), item.payload().toArray());
    }

    private void message(Tunnel tunnel, MessageType type, int subtype, byte[] payload) {
        if (type != MessageType.MESSAGE) {
            tally.countSent(CountedMessage.of(type, subtype), 1);
        }
        sender.message(tunnel, type, subtype, payload);
    }

    void flush() {
        sender.flush();
    }
}
