package dev.asterism.agent.training;

import dev.asterism.overlay.io.PacketBatch;
import dev.asterism.overlay.io.TunPort;
import dev.asterism.overlay.net.Ip;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A host under load for the {@link TrainingRun}: gives TCP super-packets with a small UDP packet
 * between them, as a device with offloads does, and counts what it is handed. Both lanes of a node
 * hold it.
 */
final class LoadGeneratorTun implements TunPort {

    /** Ports that the training run's rules admit. */
    static final int PORT = 3;

    private static final int IP_BYTES = 20;
    private static final int TCP_BYTES = 32;
    private static final int SEGMENT_BYTES = 1248;
    private static final int SUPER_BYTES = IP_BYTES + TCP_BYTES + 50 * SEGMENT_BYTES;
    private static final int SMALL_BYTES = IP_BYTES + 8 + 64;
    private static final int PER_READ = 2;

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final Arena arena = Arena.ofShared();
    private final Runnable wakeReader;
    private final AtomicInteger toGive = new AtomicInteger();
    private final AtomicInteger taken = new AtomicInteger();
    private volatile int from;
    private volatile int to;
    private int sequence;
    private boolean closed;

    LoadGeneratorTun(Runnable wakeReader) {
        this.wakeReader = wakeReader;
    }

    /** Begins to give packets, {@code count} of them super-packets. */
    void give(Ip source, Ip destination, int count) {
        from = source.ipv4();
        to = destination.ipv4();
        toGive.set(count);
        wakeReader.run();
    }

    /** Packets and super-packets that came through the tunnel. */
    int taken() {
        return taken.get();
    }

    boolean isDone() {
        return toGive.get() == 0;
    }

    @Override
    public int read(PacketBatch into) {
        into.clear();
        for (int i = 0; i < PER_READ && toGive.get() > 0; i++) {
            toGive.decrementAndGet();
            append(into, SUPER_BYTES, 6, SEGMENT_BYTES);
            append(into, SMALL_BYTES, 17, 0);
        }
        return into.count();
    }

    private void append(PacketBatch into, int length, int protocol, int segment) {
        int at = into.reserve(length);
        if (at < 0) {
            return;
        }
        MemorySegment slab = into.slab();
        slab.set(INT, at, 0x4500_0000 | length);
        slab.set(INT, at + 4L, 0x0000_4000);
        slab.set(INT, at + 8L, 64 << 24 | protocol << 16);
        slab.set(INT, at + 12L, from);
        slab.set(INT, at + 16L, to);
        slab.set(INT, at + 20L, PORT << 16 | PORT);
        if (protocol == 6) {
            slab.set(INT, at + 24L, sequence);
            slab.set(INT, at + 28L, 1);
            slab.set(INT, at + 32L, 0x8010_1000);
            sequence += length - IP_BYTES - TCP_BYTES;
        } else {
            slab.set(SHORT, at + 24L, (short) (length - IP_BYTES));
        }
        into.append(at, length, segment, true);
    }

    @Override
    public int write(PacketBatch batch) {
        taken.addAndGet(batch.count());
        return batch.count();
    }

    @Override
    public boolean takesSuperPackets() {
        return true;
    }

    @Override
    public PacketBatch newBatch(int capacity, int slabBytes) {
        return new PacketBatch(arena.allocate(slabBytes, 4096), capacity);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            arena.close();
        }
    }
}
