package dev.asterism.overlay.lane;

import dev.asterism.overlay.aead.AeadProvider;
import dev.asterism.overlay.io.DatagramBatch;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.relay.RelayEntry;
import dev.asterism.overlay.wire.Header;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A place in a batch of received datagrams, moved from one to the next: an entry of the batch is
 * one datagram or, with GRO, several of one size back to back. A lane has one and reuses it. The
 * header's fields may be asked for once {@link #hasHeader} has said so. One thread; valid as long
 * as the batch is.
 */
final class Datagram {

    private DatagramBatch batch;
    private int entry;
    private int at;
    private int length;

    /** Bytes of the entry from {@link #at} on, and how many of them a datagram has. */
    private int left;

    private int step;

    /** Bytes of it before {@link #at} and behind its end that belong to the relay packet around it. */
    private int before;

    private int behind;

    private @Nullable RelayEntry via;
    private @Nullable RelayEntry viaOfEntry;

    /**
     * @param batch where it stands at first, before any entry
     */
    Datagram(DatagramBatch batch) {
        this.batch = batch;
    }

    /** To before the first datagram of an entry. */
    void enter(DatagramBatch of, int number) {
        enter(of, number, null);
    }

    /**
     * The same for datagrams that have been taken out of relay packets.
     *
     * @param through the entry by which they came
     */
    void enter(DatagramBatch of, int number, @Nullable RelayEntry through) {
        viaOfEntry = through;
        before = 0;
        behind = 0;
        batch = of;
        entry = number;
        at = of.offset(number);
        length = 0;
        left = of.length(number);
        int segment = of.segmentSize(number);
        step = segment > 0 ? segment : Math.max(1, left);
    }

    /** To the next datagram of the entry; false when there is none. */
    boolean next() {
        int whole = before + length + behind;
        at += whole - before;
        left -= whole;
        length = Math.min(step, left);
        before = 0;
        behind = 0;
        via = viaOfEntry;
        return left > 0;
    }

    /** How many datagrams {@link #next} still leads to. */
    int remaining() {
        return (left - length + step - 1) / step;
    }

    /** Of the whole entry, whatever of it {@link #next} has passed. */
    int bytesOfEntry() {
        return batch.length(entry);
    }

    /** Bytes of these. */
    int remainingBytes() {
        return left - length;
    }

    /** From now on it is what an authentic relay packet carries, and came by that entry. */
    void unwrap(RelayEntry by) {
        via = by;
        before = Header.LENGTH;
        behind = AeadProvider.TAG_BYTES;
        at += before;
        length -= before + behind;
    }

    /** The relay entry by which it came, or null when it came straight from its sender. */
    @Nullable RelayEntry via() {
        return via;
    }

    /** How it came, and so how its answer goes; allocates. */
    Path path() {
        RelayEntry by = via;
        return by == null ? Path.to(address()) : by.path();
    }

    boolean isIn(DatagramBatch other) {
        return batch == other;
    }

    MemorySegment slab() {
        return batch.slab();
    }

    /** Where it begins in {@link #slab}. */
    int at() {
        return at;
    }

    /** Bytes, the header's included. */
    int length() {
        return length;
    }

    boolean hasHeader() {
        return length >= Header.LENGTH && Header.isValid(batch.slab(), at);
    }

    /** Number of the message type, known or not. */
    int type() {
        return Header.typeNumber(batch.slab(), at);
    }

    int subtype() {
        return Header.subtype(batch.slab(), at);
    }

    /** The receiver's index. */
    int index() {
        return Header.remoteIndex(batch.slab(), at);
    }

    long counter() {
        return Header.counter(batch.slab(), at);
    }

    boolean isChecksumPartial() {
        return Header.isChecksumPartial(batch.slab(), at);
    }

    /** First half of the source address, as {@link dev.asterism.overlay.net.Ip}. */
    long addressHi() {
        return batch.addressHi(entry);
    }

    long addressLo() {
        return batch.addressLo(entry);
    }

    int port() {
        return batch.port(entry);
    }

    /** The source, which is the relay's when it was relayed; allocates. */
    UnderlayAddr address() {
        return batch.address(entry);
    }

    boolean isFrom(UnderlayAddr source) {
        return source.ip().lo() == batch.addressLo(entry)
                && source.ip().hi() == batch.addressHi(entry)
                && source.port() == batch.port(entry);
    }
}
