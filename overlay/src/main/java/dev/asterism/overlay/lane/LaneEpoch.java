package dev.asterism.overlay.lane;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * By which the control plane knows that a lane can hold no tunnel any more that is out of the table: lanes find tunnels
 * within a turn and forget them at its end. Two atomic writes for a turn, however many packets it carries.
 */
public final class LaneEpoch {

    private static final VarHandle TURNS;

    static {
        try {
            TURNS = MethodHandles.lookup().findVarHandle(LaneEpoch.class, "turns", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Odd while the lane works. Written by the lane's thread only. */
    private volatile long turns;

    /** The lane looks tunnels up only after this is visible to all. */
    public void begin() {
        TURNS.setOpaque(this, (long) TURNS.get(this) + 1);
        VarHandle.fullFence();
    }

    public void end() {
        TURNS.setRelease(this, (long) TURNS.get(this) + 1);
    }

    long turns() {
        return turns;
    }

    /** Whether the turn that was on when {@link #turns} gave this value is over; true if none was on. */
    boolean isOver(long seen) {
        return (seen & 1) == 0 || turns != seen;
    }
}
