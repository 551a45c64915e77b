package dev.asterism.overlay.tunnel;

import org.jspecify.annotations.Nullable;

/**
 * What lanes ask about the packet sizes that a tunnel's path carries: one comparison for a packet
 * that may go as it is. Sizes are bytes of IP packets inside the tunnel. Written by the control
 * plane only, which decides by a {@link MtuSearch}; any lane reads.
 */
public final class PathLimit {

    /** No packet is larger. */
    public static final int NONE = Integer.MAX_VALUE;

    /** Smaller packets are never held back, and no limit is lower. */
    public static final int FLOOR = 576;

    private static final RateLimit.Rate NOTICES = new RateLimit.Rate(20, 1);

    /** Made for the first packet above {@link #noticeAbove}: most tunnels of a lighthouse see none. */
    private volatile @Nullable RateLimit notices;

    private volatile int limit = NONE;
    private volatile int noticeAbove = NONE;

    /**
     * A larger packet takes the long way: the control plane wants to know of it, or it does not fit.
     * Never more than {@link #limit}.
     */
    public int noticeAbove() {
        return noticeAbove;
    }

    /** Largest packet that the path carries, or {@link #NONE} as long as no smaller size is known. */
    public int limit() {
        return limit;
    }

    /** For lanes: true when the control plane is to be told of a packet above {@link #noticeAbove}. */
    public boolean offersNotice(long nowNanos) {
        RateLimit made = notices;
        if (made == null) {
            // Lanes that race may let one more through, as in RateLimit itself.
            made = new RateLimit(NOTICES);
            notices = made;
        }
        return made.take(nowNanos);
    }

    void limit(int bytes) {
        limit = bytes;
        noticeAbove = Math.min(noticeAbove, bytes);
    }

    /** Tell of the next packet. */
    public void listenToAll() {
        noticeAbove = 0;
    }

    /** Tell of every packet that may be larger than some path carries. */
    void listen() {
        noticeAbove = FLOOR;
    }

    /** Nothing is limited, and nobody wants to know. */
    public void end() {
        limit = NONE;
        noticeAbove = NONE;
    }

    /** Tell of nothing that fits. */
    void rest() {
        noticeAbove = limit;
    }
}
