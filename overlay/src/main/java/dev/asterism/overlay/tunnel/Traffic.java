package dev.asterism.overlay.tunnel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Packets of one tunnel, counted by the lanes with opaque adds (a lost count among racing lanes does no harm)
 * and read by the control plane, which only asks whether they have moved and
 * which session of a peer was used last.
 */
public final class Traffic {

    private static final VarHandle IN;
    private static final VarHandle OUT;
    private static final VarHandle CHOSEN;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            IN = lookup.findVarHandle(Traffic.class, "packetsIn", long.class);
            OUT = lookup.findVarHandle(Traffic.class, "packetsOut", long.class);
            CHOSEN = lookup.findVarHandle(Traffic.class, "chosenNanos", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("UnusedVariable") // through IN
    private long packetsIn;

    @SuppressWarnings("UnusedVariable") // through OUT
    private long packetsOut;

    @SuppressWarnings("UnusedVariable") // through CHOSEN
    private long chosenNanos = Long.MIN_VALUE;

    /** An authenticated packet arrived. */
    public void countIn() {
        IN.setOpaque(this, (long) IN.getOpaque(this) + 1);
    }

    public void countOut() {
        OUT.setOpaque(this, (long) OUT.getOpaque(this) + 1);
    }

    /** Something arrived that the peer sends on the session it prefers, so anything but an answer to a test. */
    public void chosen(long nowNanos) {
        CHOSEN.setOpaque(this, nowNanos);
    }

    /** Whether the peer has preferred this session later than another one; not if it never has. */
    boolean isChosenLaterThan(Traffic other) {
        long mine = (long) CHOSEN.getOpaque(this);
        long others = (long) CHOSEN.getOpaque(other);
        return mine != Long.MIN_VALUE && (others == Long.MIN_VALUE || mine - others > 0);
    }

    public long packetsIn() {
        return (long) IN.getOpaque(this);
    }

    public long packetsOut() {
        return (long) OUT.getOpaque(this);
    }
}
