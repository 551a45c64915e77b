package dev.asterism.overlay.tunnel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Packets and bytes that came and went, counted by the lanes with opaque adds: a count that racing lanes lose does no
 * harm. Any thread may read. Allocates nothing once made.
 */
public sealed class PacketTotals permits Traffic {

    private static final VarHandle IN;
    private static final VarHandle OUT;
    private static final VarHandle BYTES_IN;
    private static final VarHandle BYTES_OUT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            IN = lookup.findVarHandle(PacketTotals.class, "packetsIn", long.class);
            OUT = lookup.findVarHandle(PacketTotals.class, "packetsOut", long.class);
            BYTES_IN = lookup.findVarHandle(PacketTotals.class, "bytesIn", long.class);
            BYTES_OUT = lookup.findVarHandle(PacketTotals.class, "bytesOut", long.class);
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

    /**
     * So many authenticated packets arrived.
     *
     * @param bytes of what was sealed in them
     */
    public final void countIn(int packets, int bytes) {
        IN.setOpaque(this, (long) IN.getOpaque(this) + packets);
        BYTES_IN.setOpaque(this, (long) BYTES_IN.getOpaque(this) + bytes);
    }

    /**
     * One packet was sealed.
     *
     * @param bytes of what is in it
     */
    public final void countOut(int bytes) {
        OUT.setOpaque(this, (long) OUT.getOpaque(this) + 1);
        BYTES_OUT.setOpaque(this, (long) BYTES_OUT.getOpaque(this) + bytes);
    }

    public final long packetsIn() {
        return (long) IN.getOpaque(this);
    }

    public final long packetsOut() {
        return (long) OUT.getOpaque(this);
    }

    public final long bytesIn() {
        return (long) BYTES_IN.getOpaque(this);
    }

    public final long bytesOut() {
        return (long) BYTES_OUT.getOpaque(this);
    }
}
