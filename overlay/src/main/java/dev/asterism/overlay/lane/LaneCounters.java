package dev.asterism.overlay.lane;

import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.packet.PacketOutcome;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What one thread has counted: how its packets ended, for each direction, and the bytes of IP
 * packets that got through. Written by that thread only, with opaque writes: any other may read,
 * without tearing, values that are a moment old.
 */
public final class LaneCounters {

    private static final VarHandle VALUES =
            MethodHandles.arrayElementVarHandle(long[].class).withInvokeExactBehavior();
    private static final int OUTCOMES = PacketOutcome.values().length;

    /** The bytes of a direction stand behind its outcomes. */
    private static final int INBOUND = 0;

    private static final int OUTBOUND = OUTCOMES + 1;
    private static final int TESTS_ANSWERED = 2 * OUTBOUND;
    private final long[] values = new long[TESTS_ANSWERED + 1];

    @SuppressWarnings("EnumOrdinal") // an index within this object's life, never stored
    void countIn(PacketOutcome outcome, long packets) {
        add(INBOUND + outcome.ordinal(), packets);
    }

    /** One packet or datagram. */
    @SuppressWarnings("EnumOrdinal")
    public void countOut(PacketOutcome outcome) {
        add(OUTBOUND + outcome.ordinal(), 1);
    }

    void bytesIn(int bytes) {
        add(INBOUND + OUTCOMES, bytes);
    }

    void bytesOut(int bytes) {
        add(OUTBOUND + OUTCOMES, bytes);
    }

    void countTestAnswered() {
        add(TESTS_ANSWERED, 1);
    }

    /** Test requests that the lane has answered itself; they are among its control messages, both ways. */
    public long testsAnswered() {
        return get(TESTS_ANSWERED);
    }

    private void add(int at, long more) {
        VALUES.setOpaque(values, at, (long) VALUES.getOpaque(values, at) + more);
    }

    @SuppressWarnings("EnumOrdinal")
    public long count(Direction direction, PacketOutcome outcome) {
        return get(base(direction) + outcome.ordinal());
    }

    public long bytes(Direction direction) {
        return get(base(direction) + OUTCOMES);
    }

    private static int base(Direction direction) {
        return direction == Direction.INBOUND ? INBOUND : OUTBOUND;
    }

    private long get(int at) {
        return (long) VALUES.getOpaque(values, at);
    }
}
