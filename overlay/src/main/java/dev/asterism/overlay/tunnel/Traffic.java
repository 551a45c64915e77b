package dev.asterism.overlay.tunnel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Packets and bytes of one tunnel, counted by the lanes with opaque adds (a lost count among racing lanes does no harm)
 * and read by the control plane, which asks whether they have moved, how fast, and
 * which session of a peer was used last.
 */
public final class Traffic {

    private static final VarHandle IN;
    private static final VarHandle OUT;
    private static final VarHandle BYTES_IN;
    private static final VarHandle BYTES_OUT;
    private static final VarHandle PEER_USED;
    private static final VarHandle LOOKED;
    private static final VarHandle LOOKED_IN;
    private static final long LOOK_NANOS = 500_000_000L;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            IN = lookup.findVarHandle(Traffic.class, "packetsIn", long.class);
            OUT = lookup.findVarHandle(Traffic.class, "packetsOut", long.class);
            BYTES_IN = lookup.findVarHandle(Traffic.class, "bytesIn", long.class);
            BYTES_OUT = lookup.findVarHandle(Traffic.class, "bytesOut", long.class);
            PEER_USED = lookup.findVarHandle(Traffic.class, "peerUsedNanos", long.class);
            LOOKED = lookup.findVarHandle(Traffic.class, "lookedNanos", long.class);
            LOOKED_IN = lookup.findVarHandle(Traffic.class, "lookedIn", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("UnusedVariable") // through IN
    private long packetsIn;

    @SuppressWarnings("UnusedVariable") // through OUT
    private long packetsOut;

    @SuppressWarnings("UnusedVariable") // through BYTES_IN
    private long bytesIn;

    @SuppressWarnings("UnusedVariable") // through BYTES_OUT
    private long bytesOut;

    @SuppressWarnings("UnusedVariable") // through PEER_USED
    private long peerUsedNanos = Long.MIN_VALUE;

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

    /**
     * So many authenticated packets arrived.
     *
     * @param bytes of what was sealed in them
     */
    public void countIn(int packets, int bytes) {
        IN.setOpaque(this, (long) IN.getOpaque(this) + packets);
        BYTES_IN.setOpaque(this, (long) BYTES_IN.getOpaque(this) + bytes);
    }

    /**
     * One packet was sealed.
     *
     * @param bytes of what is in it
     */
    public void countOut(int bytes) {
        OUT.setOpaque(this, (long) OUT.getOpaque(this) + 1);
        BYTES_OUT.setOpaque(this, (long) BYTES_OUT.getOpaque(this) + bytes);
    }

    /** Something arrived that the peer sends on the session it prefers, so anything but an answer to a test. */
    public void markPeerUsed(long nowNanos) {
        PEER_USED.setOpaque(this, nowNanos);
    }

    /** When the peer has preferred this session last; {@link Long#MIN_VALUE} for never. */
    public long peerUsedNanos() {
        return (long) PEER_USED.getOpaque(this);
    }

    /** Whether the peer has preferred this session later than another one; not if it never has. */
    boolean peerUsedMoreRecentlyThan(Traffic other) {
        long mine = (long) PEER_USED.getOpaque(this);
        long others = (long) PEER_USED.getOpaque(other);
        return mine != Long.MIN_VALUE && (others == Long.MIN_VALUE || mine - others > 0);
    }

    public long packetsIn() {
        return (long) IN.getOpaque(this);
    }

    public long packetsOut() {
        return (long) OUT.getOpaque(this);
    }

    public long bytesIn() {
        return (long) BYTES_IN.getOpaque(this);
    }

    public long bytesOut() {
        return (long) BYTES_OUT.getOpaque(this);
    }
}
