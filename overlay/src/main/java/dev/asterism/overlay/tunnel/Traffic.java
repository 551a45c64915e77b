package dev.asterism.overlay.tunnel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Packets and bytes of one tunnel, and when packets last came and went, written by the lanes with opaque stores. The
 * control plane asks whether they have moved, how fast, and which session of a peer was used last.
 */
public final class Traffic extends PacketTotals {

    private static final VarHandle PEER_USED;
    private static final VarHandle PATH_HEARD;
    private static final VarHandle LOOKED;
    private static final VarHandle LOOKED_IN;
    private static final long LOOK_NANOS = 500_000_000L;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            PEER_USED = lookup.findVarHandle(Traffic.class, "peerUsedNanos", long.class);
            PATH_HEARD = lookup.findVarHandle(Traffic.class, "pathHeardNanos", long.class);
            LOOKED = lookup.findVarHandle(Traffic.class, "lookedNanos", long.class);
            LOOKED_IN = lookup.findVarHandle(Traffic.class, "lookedIn", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("UnusedVariable") // through PEER_USED
    private long peerUsedNanos = Long.MIN_VALUE;

    @SuppressWarnings("UnusedVariable") // through PATH_HEARD
    private long pathHeardNanos = Long.MIN_VALUE;

    /** When a lane last looked whether the peer answers, and how many packets had arrived by then. */
    @SuppressWarnings("UnusedVariable") // through LOOKED
    private long lookedNanos = Long.MIN_VALUE;

    @SuppressWarnings("UnusedVariable") // through LOOKED_IN
    private long lookedIn = -1;

    /**
     * For lanes that send: true when nothing has arrived since the last look, half a second ago or
     * more. Racing lanes may both be told, which does no harm.
     */
    public boolean looksSilent(long nowNanos) {
        long before = (long) LOOKED.getOpaque(this);
        if (before != Long.MIN_VALUE && nowNanos - before < LOOK_NANOS) {
            return false;
        }
        LOOKED.setOpaque(this, nowNanos);
        long in = packetsIn();
        boolean silent = before != Long.MIN_VALUE && in == (long) LOOKED_IN.getOpaque(this);
        LOOKED_IN.setOpaque(this, in);
        return silent;
    }

    /** When a packet was last sent, half a second more or less; {@link Long#MIN_VALUE} for never. */
    public long lastOutNanos() {
        return (long) LOOKED.getOpaque(this);
    }

    /** Something arrived that the peer sends on the session it prefers, so anything but an answer to a test. */
    public void markPeerUsed(long nowNanos) {
        PEER_USED.setOpaque(this, nowNanos);
    }

    /** When the peer has preferred this session last; {@link Long#MIN_VALUE} for never. */
    public long peerUsedNanos() {
        return (long) PEER_USED.getOpaque(this);
    }

    /** Something authentic arrived by the path that our packets take. */
    public void markPathHeard(long nowNanos) {
        PATH_HEARD.setOpaque(this, nowNanos);
    }

    /** When that was last; {@link Long#MIN_VALUE} for never. */
    public long pathHeardNanos() {
        return (long) PATH_HEARD.getOpaque(this);
    }

    /** Whether that was within the last half second, which is as long as a test takes. */
    public boolean hasHeardPath(long nowNanos) {
        long heard = pathHeardNanos();
        return heard != Long.MIN_VALUE && nowNanos - heard < LOOK_NANOS;
    }

    /** Whether the peer has preferred this session later than another one; not if it never has. */
    public boolean peerUsedMoreRecentlyThan(Traffic other) {
        long mine = (long) PEER_USED.getOpaque(this);
        long others = (long) PEER_USED.getOpaque(other);
        return mine != Long.MIN_VALUE && (others == Long.MIN_VALUE || mine - others > 0);
    }
}
