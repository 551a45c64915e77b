package dev.asterism.tun.udp;

import java.util.concurrent.atomic.LongAdder;

/** What went wrong on one socket, over all its ports. Written by the loops, read by anybody. */
public final class UdpCounters {

    final LongAdder truncated = new LongAdder();
    final LongAdder receiveErrors = new LongAdder();
    final LongAdder sendQueueFull = new LongAdder();
    final LongAdder sendRejected = new LongAdder();
    final LongAdder gsoRejected = new LongAdder();

    UdpCounters() {}

    /** Datagrams longer than a receive slot; dropped. */
    public long truncated() {
        return truncated.sum();
    }

    /** Failed receive calls, other than "nothing there". */
    public long receiveErrors() {
        return receiveErrors.sum();
    }

    /** Messages dropped as the socket or the device had no room. */
    public long sendQueueFull() {
        return sendQueueFull.sum();
    }

    /** Messages the network or a firewall refused; dropped. */
    public long sendRejected() {
        return sendRejected.sum();
    }

    /** Times a destination was taken off segmentation for a while. */
    public long gsoRejected() {
        return gsoRejected.sum();
    }
}
