package dev.asterism.mesh;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.sim.Delivery;
import dev.asterism.sim.Flow;
import dev.asterism.sim.IpPackets;
import dev.asterism.sim.ParsedPacket;
import dev.asterism.sim.SimRandom;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One TCP or UDP flow between applications: what it put in as large packets, the packets that this
 * stands for, and what of them came out.
 */
final class SegmentStream {

    private static final int SEQUENCE_AT = 24;
    private static final int MAX_SEGMENT_BYTES = 1260;

    private final MeshHost from;
    private final Flow flow;
    private final boolean tcp;
    private final SimRandom dice;
    private final List<Bytes> sent = new ArrayList<>();
    private final Map<Bytes, Integer> outstanding = new LinkedHashMap<>();
    private final List<Bytes> arrived = new ArrayList<>();
    private final List<byte[]> written = new ArrayList<>();
    private final TreeMap<Integer, byte[]> read = new TreeMap<>();
    private int sequence;

    SegmentStream(MeshHost from, MeshHost to, int port, boolean tcp, SimRandom dice) {
        this.from = from;
        this.tcp = tcp;
        this.dice = dice;
        flow = new Flow(from.address(), port, to.address(), 80);
        to.sim().onDelivery(this::take);
    }

    /** The application writes a few hundred bytes or tens of thousands. */
    void write() {
        byte[] data = new byte[1 + dice.nextInt(dice.chance(0.2) ? 40_000 : 6_000)];
        dice.fill(data);
        int segment = 1 + dice.nextInt(dice.chance(0.2) ? 200 : MAX_SEGMENT_BYTES);
        segment = Math.max(segment, data.length / 60 + 1);
        send(sequence, data, segment);
        written.add(data);
        sequence += data.length;
    }

    private void send(int at, byte[] data, int segment) {
        boolean push = dice.chance(0.3);
        for (int cut = 0; cut < data.length; cut += segment) {
            int end = Math.min(data.length, cut + segment);
            boolean last = end == data.length;
            Bytes piece = packet(at + cut, push && last, Arrays.copyOfRange(data, cut, end));
            sent.add(comparable(piece));
            outstanding.merge(comparable(piece), 1, Integer::sum);
        }
        from.sim().inject(packet(at, push, data), data.length > segment ? segment : 0);
    }

    private Bytes packet(int at, boolean push, byte[] data) {
        int flags = IpPackets.TCP_ACK | (push ? IpPackets.TCP_PSH : 0);
        return tcp ? IpPackets.tcp(flow, flags, at, data) : IpPackets.udp(flow, data);
    }

    private void take(Delivery delivery) {
        ParsedPacket parsed = delivery.parsed();
        if (parsed == null || !parsed.flow().equals(flow)) {
            return;
        }
        Bytes packet = comparable(delivery.packet());
        if (outstanding.merge(packet, -1, Integer::sum) < 0) {
            throw new AssertionError(flow + " got what was never sent, or not so often");
        }
        arrived.add(packet);
        if (tcp) {
            int at = ByteBuffer.wrap(delivery.packet().toArray()).getInt(SEQUENCE_AT);
            read.merge(at, parsed.payload().toArray(), (a, b) -> a.length >= b.length ? a : b);
        }
    }

    boolean isTcp() {
        return tcp;
    }

    /** What was sent and has arrived must be equal when nothing may be lost. */
    List<Bytes> sent() {
        return sent;
    }

    List<Bytes> arrived() {
        return arrived;
    }

    /** Sends all that the receiver lacks once more, as TCP would; false when it lacks nothing. */
    boolean repairs() {
        byte[] whole = whole();
        int have = contiguous(whole);
        if (have == whole.length) {
            return false;
        }
        Integer next = read.higherKey(have);
        int end = Math.min(next == null ? whole.length : next, have + 20_000);
        send(have, Arrays.copyOfRange(whole, have, end), MAX_SEGMENT_BYTES);
        return true;
    }

    /** Bytes that the receiver has read in order; all of them are checked. */
    private int contiguous(byte[] whole) {
        int have = 0;
        for (Map.Entry<Integer, byte[]> segment : read.entrySet()) {
            int at = segment.getKey();
            int end = at + segment.getValue().length;
            if (end > whole.length
                    || !Arrays.equals(whole, at, end, segment.getValue(), 0, end - at)) {
                throw new AssertionError(flow + " got wrong bytes at " + at);
            }
            have = at <= have ? Math.max(have, end) : have;
        }
        return have;
    }

    private byte[] whole() {
        byte[] all = new byte[sequence];
        int at = 0;
        for (byte[] data : written) {
            System.arraycopy(data, 0, all, at, data.length);
            at += data.length;
        }
        return all;
    }

    /** Without IPv4 identification and header checksum, which cutting numbers anew. */
    private static Bytes comparable(Bytes packet) {
        byte[] bytes = packet.toArray();
        Arrays.fill(bytes, 4, 6, (byte) 0);
        Arrays.fill(bytes, 10, 12, (byte) 0);
        return Bytes.owning(bytes);
    }

    @Override
    public String toString() {
        return (tcp ? "tcp " : "udp ") + flow;
    }
}
