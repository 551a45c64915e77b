package dev.asterism.overlay.tunnel;

import dev.asterism.overlay.io.Bytes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Tells lanes when the control plane would reject the message 1 of any stranger, as the budgets that all strangers
 * share are spent (docs/adr/0008-budget-for-strangers.md): a lane then drops it without a copy, at a twentieth of the
 * cost. A mesh that comes back to a restarted lighthouse at once sends ten or more for each that is answered. Whoever
 * may have a budget of its own, or need none, is no stranger: the holder of a key that has proven itself or whose
 * certificate was verified lately. It errs on the side of letting pass. One writer, the control plane; any thread may
 * ask, which allocates nothing.
 */
public final class StrangerDoor {

    private static final ValueLayout.OfInt PLACE =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /** By the last four bytes of a public key, which look random on either curve. */
    private final IndexFilter acquainted = new IndexFilter();

    private volatile long shutUntilNanos = Long.MIN_VALUE;

    /** Until then no stranger's message 1 is answered. */
    public void shutUntil(long nanos) {
        shutUntilNanos = nanos;
    }

    /** One reason more to let the holder of this key pass. */
    public void acquaint(Bytes publicKey) {
        acquainted.add(place(publicKey));
    }

    /** One reason less. */
    public void forget(Bytes publicKey) {
        acquainted.remove(place(publicKey));
    }

    private static int place(Bytes publicKey) {
        int place = 0;
        int length = publicKey.length();
        for (int i = Math.max(0, length - Integer.BYTES); i < length; i++) {
            place = place << 8 | publicKey.at(i) & 0xFF;
        }
        return place;
    }

    /**
     * Whether the holder of the key would be rejected now.
     *
     * @param keyEnd behind the last byte of the public key in {@code slab}
     */
    public boolean isShutTo(MemorySegment slab, long keyEnd, long nowNanos) {
        long until = shutUntilNanos;
        return until != Long.MIN_VALUE
                && nowNanos - until < 0
                && !acquainted.mayContain(slab.get(PLACE, keyEnd - Integer.BYTES));
    }
}
