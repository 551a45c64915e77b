package dev.asterism.overlay.tunnel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Packets of one tunnel, counted by the lanes with opaque adds (a lost count among racing lanes does no harm)
 * and read by the control plane, which only asks whether they have moved.
 */
public final class Traffic {

    private static final VarHandle IN;
    private static final VarHandle OUT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            IN = lookup.findVarHandle(Traffic.class, "packetsIn", long.class);
            OUT = lookup.findVarHandle(Traffic.class, "packetsOut", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("UnusedVariable") // through IN
    private long packetsIn;

    @SuppressWarnings("UnusedVariable") // through OUT
    private long packetsOut;

    /** An authenticated packet arrived. */
    public void countIn() {
        IN.setOpaque(this, (long) IN.getOpaque(this) + 1);
    }

    public void countOut() {
        OUT.setOpaque(this, (long) OUT.getOpaque(this) + 1);
    }

    public long packetsIn() {
        return (long) IN.getOpaque(this);
    }

    public long packetsOut() {
        return (long) OUT.getOpaque(this);
    }
}
