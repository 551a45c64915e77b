package dev.asterism.overlay.lane;

import dev.asterism.overlay.aead.AeadProvider;
import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.io.DatagramBatch;
import dev.asterism.overlay.packet.PacketOutcome;
import dev.asterism.overlay.tunnel.Tunnel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Whole lanes along a relayed path, with wires in memory: the outbound one of X and the inbound ones of R and Y. */
final class RelayRig {

    private static final int SENDER_ENTRIES = 128;
    private static final int SENDER_SLAB = 320 * 1024;

    final RelayTriangle world;
    final MemoryTun tunOfX;
    final MemoryTun tunOfY = new MemoryTun(new byte[0], 0, false);
    final MemoryWire toRelay;
    final MemoryWire toY;
    final PacketSender senderOfX;
    final OutboundLane outbound;
    final InboundLane relay;
    final InboundLane inbound;
    private final LaneCounters ofX = new LaneCounters();
    private final LaneCounters ofRelay = new LaneCounters();
    private final LaneCounters ofY = new LaneCounters();

    /**
     * @param tunOfX what applications of X send to Y
     */
    RelayRig(AeadProvider ciphers, MemoryTun tunOfX) {
        this.tunOfX = tunOfX;
        world = new RelayTriangle(ciphers);
        world.connectEnds();
        toRelay = new MemoryWire(world.x.at);
        toY = new MemoryWire(world.relay.at);
        senderOfX = sender(ciphers, toRelay, ofX);
        outbound = new OutboundLane(world.shared(world.x, ofX), tunOfX, senderOfX);
        relay =
                lane(
                        ciphers,
                        world.relay,
                        ofRelay,
                        toRelay,
                        toY,
                        new MemoryTun(new byte[0], 0, false));
        inbound = lane(ciphers, world.y, ofY, toY, new MemoryWire(world.y.at), tunOfY);
    }

    private InboundLane lane(
            AeadProvider ciphers,
            RelayTriangle.Node node,
            LaneCounters counters,
            MemoryWire in,
            MemoryWire out,
            MemoryTun tun) {
        return new InboundLane(
                world.shared(node, counters),
                in,
                tun,
                ciphers.context(),
                sender(ciphers, out, counters),
                () -> {});
    }

    private static PacketSender sender(AeadProvider ciphers, MemoryWire to, LaneCounters counters) {
        return new PacketSender(to, ciphers.context(), SENDER_ENTRIES, SENDER_SLAB, counters);
    }

    /** X sends an IP packet of that many bytes to Y, past all checks. */
    void sendPacket(int bytes) {
        Tunnel tunnel = world.x.to(world.y);
        senderOfX.packet(tunnel, MemorySegment.ofArray(new byte[bytes]), 0, bytes);
    }

    /** The relay takes all that is on its wire. */
    void relay() {
        senderOfX.flush();
        while (relay.doWork(LaneRig.NOW) > 0) {}
    }

    /** That many of what applications of X send go onto the wire to the relay. */
    void send(int times) {
        tunOfX.offer(times);
        while (outbound.doWork(LaneRig.NOW) > 0) {}
    }

    /** They go all the way to Y. */
    void carry(int times) {
        send(times);
        relay();
        receive();
    }

    /** Y takes all that is on its wire. */
    void receive() {
        while (inbound.doWork(LaneRig.NOW) > 0) {}
    }

    /** How many datagrams ended that way at the relay. */
    long atRelay(PacketOutcome outcome) {
        return ofRelay.count(Direction.INBOUND, outcome);
    }

    long deliveredAtY() {
        return ofY.count(Direction.INBOUND, PacketOutcome.DELIVERED);
    }

    long atY(PacketOutcome outcome) {
        return ofY.count(Direction.INBOUND, outcome);
    }

    long sentByX() {
        return ofX.count(Direction.OUTBOUND, PacketOutcome.SENT);
    }

    /** The datagrams of a wire, whole. */
    static List<byte[]> datagrams(MemoryWire wire) {
        DatagramBatch batch = wire.sent();
        List<byte[]> all = new ArrayList<>();
        for (int i = 0; i < batch.count(); i++) {
            byte[] copy = new byte[batch.length(i)];
            MemorySegment.copy(
                    batch.slab(), ValueLayout.JAVA_BYTE, batch.offset(i), copy, 0, copy.length);
            all.add(copy);
        }
        return all;
    }

    /** Puts datagrams onto a wire. */
    static void put(MemoryWire wire, List<byte[]> datagrams) {
        DatagramBatch batch = wire.newBatch(datagrams.size(), 1 << 20);
        for (byte[] datagram : datagrams) {
            int at = batch.reserve(datagram.length);
            MemorySegment.copy(
                    datagram, 0, batch.slab(), ValueLayout.JAVA_BYTE, at, datagram.length);
            batch.append(datagram.length, 0, 0, 0, 0);
        }
        wire.send(batch);
    }
}
