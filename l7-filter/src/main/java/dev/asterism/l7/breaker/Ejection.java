package dev.asterism.l7.breaker;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether one endpoint is ejected, for all loops of the agent: one immutable phase that is replaced as a whole, so of
 * several loops that see the same moment one acts. Safe on any thread, without a lock; allocates when the phase
 * changes only.
 */
public final class Ejection {

    /** No attempt is a probe by this number. */
    public static final long NO_PROBE = 0;

    private enum State {
        CLOSED,
        /** Ejected, until a time. */
        OPEN,
        /** Half-open: one probe is under way, on one of the loops. */
        PROBING
    }

    /**
     * @param ejections in a row
     * @param probes so far: the number of the latest
     */
    private record Phase(State state, int ejections, long untilNanos, long probes) {}

    private final AtomicReference<Phase> phase =
            new AtomicReference<>(new Phase(State.CLOSED, 0, 0, NO_PROBE));

    private Phase phase() {
        return phase.getOpaque();
    }

    public boolean isEjected() {
        return phase().state != State.CLOSED;
    }

    /** The end of the ejection; a probe decides behind it. */
    public long untilNanos() {
        return phase().untilNanos;
    }

    boolean waitsForProbe() {
        return phase().state == State.OPEN;
    }

    int ejections() {
        return phase().ejections;
    }

    /** False: it was ejected already. */
    boolean begin(long untilNanos) {
        Phase now = phase();
        return now.state == State.CLOSED
                && phase.compareAndSet(
                        now, new Phase(State.OPEN, now.ejections + 1, untilNanos, now.probes));
    }

    /** Takes back what {@link #begin} has just done, unless it has gone on since. */
    void takeBack(long untilNanos) {
        Phase now = phase();
        if (now.state == State.OPEN && now.untilNanos == untilNanos) {
            phase.compareAndSet(now, new Phase(State.CLOSED, now.ejections - 1, 0, now.probes));
        }
    }

    /** The number of the one probe that is due now; {@link #NO_PROBE}: none is, or another loop has taken it. */
    long tryProbe(long nowNanos) {
        Phase now = phase();
        if (now.state != State.OPEN || nowNanos - now.untilNanos < 0) {
            return NO_PROBE;
        }
        Phase next = new Phase(State.PROBING, now.ejections, now.untilNanos, now.probes + 1);
        return phase.compareAndSet(now, next) ? next.probes : NO_PROBE;
    }

    boolean isUnderWay(long probe) {
        Phase now = phase();
        return now.state == State.PROBING && now.probes == probe;
    }

    /** The probe says nothing: another may be sent at once. */
    void lost(long probe) {
        end(probe, State.OPEN, phase().ejections, phase().untilNanos);
    }

    /** True: this probe was under way, and closes it. */
    boolean succeeded(long probe) {
        return end(probe, State.CLOSED, 0, 0);
    }

    /** True: this probe was under way, and the endpoint is ejected once more. */
    boolean failed(long probe, long untilNanos) {
        return end(probe, State.OPEN, phase().ejections + 1, untilNanos);
    }

    private boolean end(long probe, State state, int ejections, long untilNanos) {
        Phase now = phase();
        return now.state == State.PROBING
                && now.probes == probe
                && phase.compareAndSet(now, new Phase(state, ejections, untilNanos, now.probes));
    }
}
