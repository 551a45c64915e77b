package dev.asterism.overlay.packet.gso;

import dev.asterism.overlay.io.PacketBatch;
import java.lang.foreign.MemorySegment;

/**
 * Merges packets for the host's stack into super-packets while they are opened. The lane asks
 * {@link #place} where to decrypt the next packet, decrypts there, and says {@link #keep} or {@link
 * #discard}; after a batch {@link #closeAll}, then it writes and clears the batch. When {@code
 * place} has no room it does that too and asks again.
 *
 * <p>The place is behind the payload that the latest flow has so far, less one header: if the packet continues
 * that flow, its payload is where it belongs and only the bytes under its header are put back. Nothing is held
 * back for a later batch, and packets of one flow keep their order. Belongs to one lane, which appends nothing to the
 * batch itself; allocates nothing.
 */
public final class Coalescer {

    /** Flows that grow side by side; another one closes the oldest. */
    static final int OPEN_FLOWS = 8;

    private static final int MAX_HEADER_BYTES = 128;

    private final PacketBatch batch;
    private final MemorySegment slab;
    private final GroCandidate candidate = new GroCandidate();
    private final GroPacket[] open = new GroPacket[OPEN_FLOWS];
    private final MemorySegment saved = MemorySegment.ofArray(new byte[MAX_HEADER_BYTES]);
    private final boolean mergesUdp;
    private int openCount;
    private int latest = -1;
    private int savedBytes;
    private int placedAt;
    private int tail;

    /**
     * @param batch with a slab of many times 64 KB, so that several flows have room to grow
     * @param mergesUdp whether the device takes super-packets of UDP
     */
    public Coalescer(PacketBatch batch, boolean mergesUdp) {
        this.batch = batch;
        this.mergesUdp = mergesUdp;
        slab = batch.slab();
        for (int i = 0; i < OPEN_FLOWS; i++) {
            open[i] = new GroPacket(slab);
        }
    }

    /**
     * Where to write the plaintext of the next packet in the batch's slab, or -1 when the batch
     * must be written first.
     */
    public int place(int lengthBytes) {
        if (batch.isEmpty() && openCount == 0) {
            tail = 0;
        }
        if (batch.count() + openCount >= batch.capacity()) {
            return -1;
        }
        savedBytes = 0;
        placedAt = fresh();
        // Wherever it is put, a packet that continues nothing moves to the tail: there must be room
        // for it.
        if (placedAt + (long) lengthBytes > slab.byteSize()) {
            return -1;
        }
        if (latest >= 0
                && open[latest].canBeWrittenBehind(lengthBytes)
                && open[latest].verifiesItself()) {
            GroPacket target = open[latest];
            savedBytes = target.headerBytes();
            placedAt = target.end() - savedBytes;
            MemorySegment.copy(slab, placedAt, saved, 0, savedBytes);
        }
        return placedAt;
    }

    private int fresh() {
        return (tail + PacketBatch.HEADROOM + 63) & ~63;
    }

    /** The bytes at the place are no packet for the host: they are forgotten. */
    public void discard() {
        restore();
    }

    private void restore() {
        MemorySegment.copy(saved, 0, slab, placedAt, savedBytes);
        savedBytes = 0;
    }

    /**
     * The bytes at the place are a well-formed packet for the host.
     *
     * @param partial whether it is one of {@link PartialChecksum}: there is nothing to verify then
     */
    public void keep(int lengthBytes, boolean partial) {
        boolean mergeable = candidate.read(slab, placedAt, lengthBytes, mergesUdp);
        if (mergeable && joined(lengthBytes, partial)) {
            return;
        }
        closeFlow(lengthBytes);
        int at = moveToTail(lengthBytes);
        if (mergeable) {
            begin(at, partial);
        } else {
            batch.append(at, lengthBytes, 0, partial);
            tail = at + lengthBytes;
        }
    }

    private boolean joined(int lengthBytes, boolean partial) {
        for (int i = 0; i < openCount; i++) {
            if (open[i].isOfFlow(candidate)) {
                boolean continues = open[i].continuesWith(candidate, placedAt, partial);
                if (continues) {
                    join(i, lengthBytes);
                }
                return continues;
            }
        }
        return false;
    }

    /** What the packet must not overtake goes first; a later fragment may belong to any flow between its addresses. */
    private void closeFlow(int lengthBytes) {
        for (int i = openCount - 1; i >= 0; i--) {
            if (open[i].sharesFlow(placedAt, lengthBytes)) {
                close(i);
            }
        }
    }

    private void join(int flow, int lengthBytes) {
        GroPacket target = open[flow];
        int header = candidate.headerBytes;
        int end = target.end();
        target.join(candidate);
        if (placedAt != end - header) {
            MemorySegment.copy(slab, placedAt + header, slab, end, lengthBytes - header);
        }
        restore();
        latest = flow;
        if (target.isFull()) {
            close(flow);
        }
    }

    private int moveToTail(int lengthBytes) {
        int at = fresh();
        // What stood under the packet's header is put back after the packet has left.
        if (placedAt != at) {
            MemorySegment.copy(slab, placedAt, slab, at, lengthBytes);
        }
        restore();
        return at;
    }

    private void begin(int at, boolean partial) {
        if (openCount == OPEN_FLOWS) {
            close(0);
        }
        int roomEnd = (int) Math.min(slab.byteSize(), (long) at + GroPacket.MAX_BYTES);
        GroPacket begun = open[openCount];
        begun.begin(at, roomEnd, candidate, partial);
        latest = openCount++;
        tail = roomEnd;
        if (begun.isFull()) {
            close(latest);
        }
    }

    /** Hands one over; the rest stay in the order in which they began. */
    private void close(int flow) {
        GroPacket closed = open[flow];
        closed.appendTo(batch);
        if (closed.roomEnd() == tail) {
            tail = closed.end();
        }
        openCount--;
        for (int i = flow; i < openCount; i++) {
            open[i] = open[i + 1];
        }
        open[openCount] = closed;
        latest = latest == flow ? -1 : latest > flow ? latest - 1 : latest;
    }

    /** Hands everything over; the batch is complete. */
    public void closeAll() {
        while (openCount > 0) {
            close(0);
        }
    }
}
