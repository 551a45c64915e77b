package dev.asterism.overlay.lane;

import dev.asterism.overlay.io.DatagramBatch;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.wire.Header;
import java.lang.foreign.MemorySegment;

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

    /**
     * @param batch where it stands at first, before any entry
     */
    Datagram(DatagramBatch batch) {
        this.batch = batch;
    }

    /** To before the first datagram of an entry. */
    void enter(DatagramBatch of, int number) {
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
        at += length;
        left -= length;
        length = Math.min(step, left);
        return left > 0;
    }

    /** How many datagrams {@link #next} still leads to. */
    int remaining() {
        return (left - length + step - 1) / step;
    }

    /** Bytes of these. */
    int remainingBytes() {
        return left - length;
    }

    boolean isIn(DatagramBatch other) {
        return batch == other;
    }

    DatagramBatch batch() {
        return batch;
    }

    int entry() {
        return entry;
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

    /** The source; allocates. */
    UnderlayAddr address() {
        return batch.address(entry);
    }

    boolean isFrom(UnderlayAddr source) {
        return source.ip().lo() == batch.addressLo(entry)
                && source.ip().hi() == batch.addressHi(entry)
                && source.port() == batch.port(entry);
    }
}
