package dev.asterism.overlay.node;

import dev.asterism.overlay.cert.CertificateId;
import dev.asterism.overlay.discovery.BundleLink;
import dev.asterism.overlay.discovery.ControlLink;
import dev.asterism.overlay.discovery.ServiceLink;
import dev.asterism.overlay.handshake.QueuedMessage;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.PacketSender;
import dev.asterism.overlay.lane.SnapshotCell;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.path.RelayLeg;
import dev.asterism.overlay.relay.RelayEntry;
import dev.asterism.overlay.relay.RelayLink;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import dev.asterism.overlay.wire.MessageType;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The control plane's way out, and what discovery sees of it. What needs a handshake first is noted here and begun
 * by the control plane after the call, so that discovery and handshakes need not know each other.
 */
final class ControlSender implements ControlLink, RelayLink {

    private static final byte[] NO_PAYLOAD = {};
    private static final byte[] PUNCH = {1};

    /** Payload of a test request to another address than the tunnel's: its answer says nothing of the path in use. */
    private static final byte[] ELSEWHERE = {0};

    /** Payload of a test request through a relay that need not be the one in use: one byte, then its entry's index. */
    static final int RELAY_TEST_BYTES = 1 + Integer.BYTES;

    private static final int MAX_HANDSHAKE_REQUESTS = 4096;

    private final TunnelTable tunnels;
    private final SnapshotCell snapshots;
    private final PacketSender sender;
    private final MessageTally tally;
    private final RevocationRequests revocations;
    private final ArrayDeque<HandshakeRequest> handshakeRequests = new ArrayDeque<>();

    /** Peers to which a tunnel must work; asked by discovery, done after the call. */
    private final ArrayDeque<Ip> tunnelChecks = new ArrayDeque<>();

    /** Whose message is being handled: what is sent to it meanwhile answers on the session by which it came. */
    private @Nullable Tunnel answering;

    /** What a handshake is wanted for. */
    sealed interface HandshakeRequest {

        Ip peer();

        /** To send this. */
        record Deliver(Ip peer, QueuedMessage item) implements HandshakeRequest {}

        /** To have a tunnel. */
        record Connect(Ip peer) implements HandshakeRequest {}

        /** One is pending perhaps, and candidates have come. */
        record Wake(Ip peer) implements HandshakeRequest {}

        /** One is pending perhaps, and a relay can carry it. */
        record Relay(Ip peer) implements HandshakeRequest {}
    }

    ControlSender(
            TunnelTable tunnels, SnapshotCell snapshots, PacketSender sender, MessageTally tally) {
        this.tunnels = tunnels;
        this.snapshots = snapshots;
        this.sender = sender;
        this.tally = tally;
        this.revocations = new RevocationRequests(tunnels, snapshots);
    }

    @Override
    public void send(Ip peer, MessageType type, int subtype, byte[] payload, Tick now) {
        Tunnel asker = answering;
        Tunnel tunnel =
                asker != null && asker.addresses().contains(peer) ? asker : tunnels.byOverlay(peer);
        if (tunnel != null) {
            message(tunnel, type, subtype, payload);
        } else {
            note(
                    new HandshakeRequest.Deliver(
                            peer, new QueuedMessage(type, subtype, Bytes.copyOf(payload))));
        }
    }

    MessageTally tally() {
        return tally;
    }

    RevocationRequests revocations() {
        return revocations;
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
    void answer(Path to, byte[] message2) {
        switch (to) {
            case Path.Direct(UnderlayAddr address) -> {
                tally.countSent(CountedMessage.HANDSHAKE, 1);
                sender.datagram(address, message2);
            }
            case Path.Relayed(RelayLeg leg) -> handshake(leg, message2);
        }
    }

    /** Keeps a NAT's mapping alive, or makes one. */
    void punch(UnderlayAddr to) {
        tally.countPunches(1);
        sender.datagram(to, PUNCH);
    }

    @Override
    public void wakeHandshake(Ip peer, Tick now) {
        note(new HandshakeRequest.Wake(peer));
    }

    private void note(HandshakeRequest request) {
        if (handshakeRequests.size() < MAX_HANDSHAKE_REQUESTS) {
            handshakeRequests.add(request);
        }
    }

    @Override
    public void control(Tunnel by, byte[] payload) {
        message(by, MessageType.CONTROL, 0, payload);
    }

    @Override
    public boolean handshake(RelayLeg leg, byte[] message) {
        tally.countSent(CountedMessage.HANDSHAKE, 1);
        return sender.relay(leg, message);
    }

    @Override
    public void connect(Ip peer) {
        note(new HandshakeRequest.Connect(peer));
    }

    @Override
    public void relayReady(Ip peer) {
        note(new HandshakeRequest.Relay(peer));
    }

    @Override
    public void ensureTunnel(Ip peer, Tick now) {
        if (tunnelChecks.size() < MAX_HANDSHAKE_REQUESTS) {
            tunnelChecks.add(peer);
        }
    }

    @Override
    public void remotesChanged(Ip peer, List<UnderlayAddr> fresh) {
        Tunnel tunnel = tunnels.byOverlay(peer);
        if (tunnel == null || !tunnel.isConfirmed() || tunnel.path() instanceof Path.Relayed) {
            return; // the peer of a relayed tunnel is invited instead, see DirectReturn
        }
        for (UnderlayAddr to : fresh) {
            if (!to.equals(tunnel.remote())) {
                testRequest(tunnel, to);
            }
        }
    }

    @Override
    public int certificateVersionTowards(Ip peer) {
        Tunnel tunnel = tunnels.byOverlay(peer);
        return tunnel != null
                ? tunnel.origin().ourCertificate().version()
                : snapshots.get().identity().initiatingVersion();
    }

    @Override
    public int peerCertificateVersion(Ip peer) {
        Tunnel tunnel = tunnels.byOverlay(peer);
        return tunnel != null
                ? tunnel.peer().certificate().version()
                : snapshots.get().identity().initiatingVersion();
    }

    @Override
    public boolean hasTunnel(Ip peer) {
        return tunnels.byOverlay(peer) != null;
    }

    @Override
    public @Nullable CertificateId certificateOf(Ip peer) {
        Tunnel tunnel = tunnels.byOverlay(peer);
        return tunnel == null ? null : CertificateId.of(tunnel.peer().certificate());
    }

    @Override
    public @Nullable List<Cidr> networksOf(Ip peer) {
        Tunnel tunnel = tunnels.byOverlay(peer);
        return tunnel == null ? null : tunnel.peer().certificate().networks();
    }

    @Override
    public BundleLink bundles() {
        return revocations;
    }

    @Override
    public ServiceLink services() {
        return new ServiceFacts(tunnels, snapshots);
    }

    /** The next thing that a handshake is wanted for, or null. */
    @Nullable HandshakeRequest pollHandshakeRequest() {
        return handshakeRequests.poll();
    }

    /** The next peer of {@link #ensureTunnel}, or null. */
    @Nullable Ip pollTunnelCheck() {
        return tunnelChecks.poll();
    }

    void testRequest(Tunnel tunnel, Tick now) {
        tunnel.watch().quality.testSent(now.nanos());
        Path path = tunnel.path();
        if (path != null) {
            tunnel.watch().paths.of(path).tested(now.nanos());
        }
        message(tunnel, MessageType.TEST, MessageType.TEST_REQUEST, NO_PAYLOAD);
    }

    /** To another address than the tunnel's: the reply makes the path switch, and measures nothing. */
    void testRequest(Tunnel tunnel, UnderlayAddr to) {
        tally.countSent(CountedMessage.TEST_REQUEST, 1);
        sender.messageTo(
                tunnel, Path.to(to), MessageType.TEST, MessageType.TEST_REQUEST, ELSEWHERE);
    }

    /**
     * Through a relay that need not be the tunnel's. The answer, by whichever path it comes, says which relay was
     * tested and measures the path through that one.
     */
    void testRequest(Tunnel tunnel, RelayEntry leg, Tick now) {
        byte[] payload =
                ByteBuffer.allocate(RELAY_TEST_BYTES)
                        .put((byte) 1)
                        .putInt(leg.localIndex())
                        .array();
        tunnel.watch().paths.of(leg.path()).tested(now.nanos());
        tally.countSent(CountedMessage.TEST_REQUEST, 1);
        sender.messageTo(tunnel, leg.path(), MessageType.TEST, MessageType.TEST_REQUEST, payload);
    }

    /**
     * One of that size, in one piece; see {@link PacketSender#messageWhole}. Measures no round trip.
     */
    boolean paddedTestRequest(Tunnel tunnel, int bytes) {
        tally.countSent(CountedMessage.TEST_REQUEST, 1);
        return sender.messageWhole(
                tunnel, MessageType.TEST, MessageType.TEST_REQUEST, new byte[bytes]);
    }

    /** An IP packet of our own making to the peer's host. */
    void packet(Tunnel tunnel, byte[] packet) {
        sender.message(tunnel, MessageType.MESSAGE, MessageType.MESSAGE_NONE, packet);
    }

    void testReply(Tunnel tunnel, @Nullable Path by, Bytes echo) {
        tally.countSent(CountedMessage.of(MessageType.TEST, MessageType.TEST_REPLY), 1);
        sender.messageTo(tunnel, by, MessageType.TEST, MessageType.TEST_REPLY, echo.toArray());
    }

    void close(Tunnel tunnel) {
        message(tunnel, MessageType.CLOSE_TUNNEL, 0, NO_PAYLOAD);
    }

    /** By another path than the tunnel's, which is broken. */
    void close(Tunnel tunnel, Path by) {
        tally.countSent(CountedMessage.of(MessageType.CLOSE_TUNNEL, 0), 1);
        sender.messageTo(tunnel, by, MessageType.CLOSE_TUNNEL, 0, NO_PAYLOAD);
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
