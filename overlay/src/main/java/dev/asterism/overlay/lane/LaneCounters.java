package dev.asterism.overlay.lane;

/**
 * What one lane has seen. Written by the lane's thread only; others read possibly stale values.
 */
public final class LaneCounters {
    public long packetsIn;
    public long packetsOut;
    public long bytesIn;
    public long bytesOut;

    /** Not ours: wrong length, version or type, from port 0, a denied address or inside the overlay (messages.rx.invalid). */
    public long invalid;

    /** Sealed packets whose tag was wrong. */
    public long forged;

    /** Sealed packets whose counter was seen before or is too old. */
    public long replayed;

    /** For an index that is not there. */
    public long unknownIndex;

    public long recvErrorsSent;

    /** IP packets that could not be parsed. */
    public long malformed;

    /** Multicast, broadcast, own address or no route. */
    public long unroutable;

    /** Without an underlay address, or larger than a buffer. */
    public long unsendable;

    /** On a session whose counter is used up (messages.tx.exhausted). */
    public long exhausted;

    /** Messages for the control plane that a peer sent faster than it may. */
    public long overBudget;

    public long refusedInbound;
    public long refusedOutbound;
}
