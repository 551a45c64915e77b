package dev.asterism.tun.device;

import java.util.concurrent.atomic.LongAdder;

/** What went wrong on one device, over all its ports. Written by the loops, read by anybody. */
public final class TunCounters {

    final LongAdder truncated = new LongAdder();
    final LongAdder malformed = new LongAdder();
    final LongAdder linkDown = new LongAdder();
    final LongAdder deviceGone = new LongAdder();
    final LongAdder writeQueueFull = new LongAdder();
    final LongAdder writeRejected = new LongAdder();

    TunCounters() {}

    /** Packets from the host longer than the device's MTU; dropped. */
    public long truncated() {
        return truncated.sum();
    }

    /** Packets from the host with a checksum to finish that would lie outside of them; dropped. */
    public long malformed() {
        return malformed.sum();
    }

    /** Packets for the host that came while the link was down; dropped. */
    public long linkDown() {
        return linkDown.sum();
    }

    /** Packets for the host that came while the device was gone; dropped. */
    public long deviceGone() {
        return deviceGone.sum();
    }

    /** Packets for the host that found no memory; dropped. */
    public long writeQueueFull() {
        return writeQueueFull.sum();
    }

    /** Packets for the host that the kernel, or this port, found malformed; dropped. */
    public long writeRejected() {
        return writeRejected.sum();
    }
}
