package dev.asterism.sim;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.PacketBatch;
import dev.asterism.overlay.io.TunPort;
import java.util.ArrayDeque;
import java.util.Deque;

/** One queue of a simulated host's TUN device. */
public final class SimTun implements TunPort {

    /** Packets that wait for the node, as txqueuelen of a TUN device. */
    static final int QUEUE_LIMIT = 500;

    private record Outgoing(Bytes packet, int segmentSize, boolean checksumPartial) {}

    private final SimHost host;
    private final Deque<Outgoing> outgoing = new ArrayDeque<>();
    private boolean closed;
    private int batches;

    SimTun(SimHost host) {
        this.host = host;
    }

    /**
     * @param segmentSize 0, or the piece size of a super-packet
     * @param checksumPartial whether it carries only the pseudo-header sum
     */
    boolean offer(Bytes packet, int segmentSize, boolean checksumPartial) {
        return !closed
                && outgoing.size() < QUEUE_LIMIT
                && outgoing.offer(new Outgoing(packet, segmentSize, checksumPartial));
    }

    @Override
    public int read(PacketBatch into) {
        into.clear();
        Outgoing next;
        while ((next = outgoing.peek()) != null) {
            int at = into.reserve(next.packet.length());
            if (at < 0 && into.isEmpty()) {
                throw new IllegalStateException(
                        "batch has no room for " + next.packet.length() + " bytes");
            }
            if (at < 0) {
                break;
            }
            next.packet.copyTo(into.slab(), at);
            into.append(at, next.packet.length(), next.segmentSize, next.checksumPartial);
            outgoing.remove();
        }
        return into.count();
    }

    @Override
    public int write(PacketBatch from) {
        if (closed) {
            throw new IllegalStateException("TUN of " + host.name() + " is closed");
        }
        for (int i = 0; i < from.count(); i++) {
            Bytes packet = Bytes.copyOf(from.slab(), from.offset(i), from.length(i));
            host.deliveredByNode(packet, from.segmentSize(i), from.checksumPartial(i));
        }
        return from.count();
    }

    @Override
    public boolean takesSuperPackets() {
        return host.offloads();
    }

    @Override
    public PacketBatch newBatch(int capacity, int slabBytes) {
        return new PacketBatch(host.mesh().slab("tun" + batches++ + " ", slabBytes), capacity);
    }

    @Override
    public void close() {
        closed = true;
        outgoing.clear();
        host.closed(this);
    }
}
