package dev.asterism.overlay.lane;

import dev.asterism.overlay.io.DatagramBatch;
import dev.asterism.overlay.io.UdpPort;
import dev.asterism.overlay.net.UnderlayAddr;
import java.lang.foreign.MemorySegment;

/**
 * A socket whose own datagrams it receives itself, from the far end's address, equals in GRO
 * batches; allocates nothing.
 */
final class MemoryWire implements UdpPort {

    private static final int MAX_GRO_BYTES = 64_000;

    private final UnderlayAddr far;
    private final DatagramBatch wire = newBatch(1024, 1 << 20);
    private int next;

    MemoryWire(UnderlayAddr far) {
        this.far = far;
    }

    /** What was sent and not yet received. */
    DatagramBatch sent() {
        return wire;
    }

    @Override
    public int send(DatagramBatch from) {
        for (int i = 0; i < from.count(); i++) {
            int at = wire.reserve(from.length(i));
            MemorySegment.copy(from.slab(), from.offset(i), wire.slab(), at, from.length(i));
            wire.append(from.length(i), 0, from.addressHi(i), from.addressLo(i), from.port(i));
        }
        return from.count();
    }

    @Override
    public int receive(DatagramBatch into) {
        into.clear();
        while (next < wire.count()) {
            int at = into.reserve(MAX_GRO_BYTES);
            if (at < 0) {
                return into.count();
            }
            int size = wire.length(next);
            int length = 0;
            do {
                MemorySegment.copy(
                        wire.slab(),
                        wire.offset(next),
                        into.slab(),
                        at + length,
                        wire.length(next));
                length += wire.length(next);
                next++;
            } while (next < wire.count()
                    && wire.length(next - 1) == size
                    && wire.length(next) <= size
                    && length + size <= MAX_GRO_BYTES);
            into.append(length, length > size ? size : 0, far.ip().hi(), far.ip().lo(), far.port());
        }
        wire.clear();
        next = 0;
        return into.count();
    }

    @Override
    public DatagramBatch newBatch(int capacity, int slabBytes) {
        return new DatagramBatch(MemorySegment.ofArray(new byte[slabBytes]), capacity);
    }

    @Override
    public UnderlayAddr local() {
        return far;
    }

    @Override
    public void close() {}
}
