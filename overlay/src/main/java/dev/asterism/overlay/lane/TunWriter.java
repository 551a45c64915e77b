package dev.asterism.overlay.lane;

import dev.asterism.overlay.io.PacketBatch;
import dev.asterism.overlay.io.TunPort;
import dev.asterism.overlay.packet.gso.Coalescer;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Packets on their way to the host's stack: opened in place, merged into super-packets where the
 * device takes those, and written once per batch. Belongs to one lane; allocates nothing.
 */
final class TunWriter {

    private final TunPort tun;
    private final PacketBatch packets;
    private final @Nullable Coalescer coalescer;
    private int placedAt;

    private TunWriter(TunPort tun, PacketBatch packets, @Nullable Coalescer coalescer) {
        this.tun = tun;
        this.packets = packets;
        this.coalescer = coalescer;
    }

    static TunWriter of(TunPort tun, int entries, int slabBytes) {
        PacketBatch packets = tun.newBatch(entries, slabBytes);
        return new TunWriter(
                tun,
                packets,
                tun.takesSuperPackets()
                        ? new Coalescer(packets, tun.takesUdpSuperPackets())
                        : null);
    }

    MemorySegment slab() {
        return packets.slab();
    }

    /** Where to open a packet of this length; -1 when it is larger than the whole slab. */
    int place(int length) {
        placedAt = find(length);
        if (placedAt < 0) {
            flush();
            placedAt = find(length);
        }
        return placedAt;
    }

    private int find(int length) {
        return coalescer != null ? coalescer.place(length) : packets.reserve(length);
    }

    /**
     * What was opened is for the host.
     *
     * @param partial whether its transport checksum is unfinished
     */
    void keep(int length, boolean partial) {
        if (coalescer != null) {
            coalescer.keep(length, partial);
        } else {
            packets.append(placedAt, length, 0, partial);
        }
    }

    /** Discards the reserved slot. */
    void discard() {
        if (coalescer != null) {
            coalescer.discard();
        }
    }

    void flush() {
        if (coalescer != null) {
            coalescer.closeAll();
        }
        if (!packets.isEmpty()) {
            tun.write(packets);
            packets.clear();
        }
    }
}
