package dev.asterism.overlay.tunnel;

/**
 * Finds out which packet sizes the path of one tunnel carries, by test requests of that size, which
 * come back at full length (docs/adr/0030-path-mtu.md). Pure: told of what happened and of the time,
 * it sends through {@link Probes} and writes the {@link PathLimit}. Sizes are bytes of IP packets
 * inside the tunnel; times are monotonic nanoseconds. Control plane only.
 *
 * <p>A size in use is proven once a second. One lost answer proves nothing: the same size is then
 * asked for five times more, between requests of a few bytes. Only if none of the large ones is
 * answered and the small ones are, one at most excepted, does the path not carry that size.
 */
public final class MtuSearch {

    /** Sizes below it are those of small requests, which differ so that answers can be told apart. */
    private static final int SMALLEST_PROBE = 64;

    private static final int SMALL = 32;

    private static final int STEPS = 5;
    private static final int GROW_STEPS = 3;
    private static final int REFINE_PARTS = 8;
    private static final int EXACT_ENOUGH = 8;

    /** Of {@link #STEPS} small ones, sent with the large ones: one may be lost. */
    private static final int SMALL_WANTED = STEPS - 1;

    private static final long MILLI = 1_000_000L;
    private static final long PROOF_NANOS = 1_000 * MILLI;
    private static final long FORGET_NANOS = 30_000 * MILLI;
    private static final long STEP_NANOS = 20 * MILLI;
    private static final long IN_USE_NANOS = 3_000 * MILLI;
    private static final long ASSUMED_ROUND_TRIP_NANOS = 150 * MILLI;
    private static final long SHORTEST_WAIT_NANOS = 100 * MILLI;
    private static final long LONGEST_WAIT_NANOS = 1_000 * MILLI;
    private static final long GROW_NANOS = 600_000 * MILLI;

    /** The pause after questions to which nobody answered is 1 s at first and doubles up to 32 s. */
    private static final int MAX_DOUBLINGS = 6;

    private static final long NEVER = Long.MAX_VALUE;

    private enum Phase {
        /** Nothing is asked. */
        RESTING,
        /** The size in use, once. */
        CONFIRMING,
        /** That was not answered. */
        DOUBTING,
        /** Sizes between the largest that was answered and the next one that was not. */
        REFINING,
        /** Sizes above the limit. */
        GROWING
    }

    /** Sends a test request. */
    public interface Probes {

        /**
         * Sends one with so many bytes of payload in one piece. False when the host's own network
         * does not take that size.
         */
        boolean send(int bytes);
    }

    /** Until when nothing is asked, after so many questions in vain. */
    private static final class Pause {
        private boolean over = true;

        /** Means nothing when it is over. */
        private long untilNanos;

        private int vain;
    }

    private final PathLimit limits;
    private final ProbeSizes table;
    private Phase phase = Phase.RESTING;
    private long dueNanos = NEVER;
    private long roundTripNanos = ASSUMED_ROUND_TRIP_NANOS;
    private int step;

    private final Pause pause = new Pause();
    private final PacketSizesInUse usage = new PacketSizesInUse();

    private int target;
    private int best;
    private int below;

    /** One bit for each. */
    private int smallAnswered;

    /** 0 for nothing. */
    private int proven;

    private long provenNanos;
    private long growNanos = NEVER;

    /**
     * @param table what is asked for besides the size in use
     */
    public MtuSearch(PathLimit limits, ProbeSizes table) {
        this.limits = limits;
        this.table = table;
    }

    /** Goes on from what was known of the same path in an older tunnel. */
    public void inherit(MtuSearch older) {
        proven = older.proven;
        provenNanos = older.provenNanos;
        growNanos = older.growNanos;
        limits.limit(older.limits.limit());
        limits.listenToAll();
    }

    /**
     * A packet went or came.
     *
     * @param most largest packet that may follow: the peer may send some that do not arrive, so it is
     *     asked for whenever nothing was proven for a while
     */
    public void used(int bytes, int most, long nowNanos, Probes probes) {
        if (bytes > PathLimit.FLOOR) {
            usage.nanos = nowNanos;
            usage.ever = true;
            usage.noticed = true;
        }
        usage.bytes = Math.max(usage.bytes, isForgotten(nowNanos) ? Math.max(bytes, most) : bytes);
        quieten();
        if (phase == Phase.RESTING) {
            askIfOld(nowNanos, probes);
        }
    }

    /** Lanes tell of one large packet between two questions; without one they keep looking. */
    private void quieten() {
        if (usage.noticed) {
            limits.rest();
        } else {
            limits.listen();
        }
    }

    private boolean isForgotten(long nowNanos) {
        return proven == 0 || nowNanos - provenNanos >= FORGET_NANOS;
    }

    /** Something says that sizes may have changed: what is in use is asked for at once. */
    public void hint(long nowNanos, Probes probes) {
        if (phase == Phase.RESTING && usage.bytes > PathLimit.FLOOR) {
            confirm(nowNanos, probes);
        }
    }

    /** Packets take another path: a limit stays until a larger size is answered there, which is tried at once. */
    public void pathChanged(long nowNanos, Probes probes) {
        proven = 0;
        pause.over = true;
        pause.vain = 0;
        phase = Phase.RESTING;
        dueNanos = NEVER;
        growNanos = growNanos == NEVER ? NEVER : nowNanos;
        limits.listenToAll();
        if (isInUse(nowNanos)) {
            askIfOld(nowNanos, probes);
        }
    }

    private void askIfOld(long nowNanos, Probes probes) {
        boolean larger = pause.vain == 0 && proven < Math.min(usage.bytes, limits.limit());
        if (!larger && !mayAsk(nowNanos)) {
            return;
        }
        if (usage.bytes > limits.limit() && growNanos != NEVER && nowNanos - growNanos >= 0) {
            grow(nowNanos);
            advance(nowNanos, probes);
        } else {
            confirm(nowNanos, probes);
        }
    }

    private boolean mayAsk(long nowNanos) {
        return pause.over || nowNanos - pause.untilNanos >= 0;
    }

    private boolean isInUse(long nowNanos) {
        return usage.ever && nowNanos - usage.nanos < IN_USE_NANOS;
    }

    /** When {@link #onTimer} is to be called; {@link Long#MAX_VALUE} for never. */
    public long dueNanos() {
        return dueNanos;
    }

    public void onTimer(long nowNanos, Probes probes) {
        if (dueNanos == NEVER || nowNanos - dueNanos < 0) {
            return;
        }
        switch (phase) {
            case RESTING -> {
                dueNanos = NEVER;
                listen(nowNanos);
                if (isInUse(nowNanos)) {
                    askIfOld(nowNanos, probes);
                } else {
                    usage.bytes = 0;
                    dueNanos = isForgotten(nowNanos) ? NEVER : provenNanos + FORGET_NANOS;
                }
            }
            case CONFIRMING -> {
                doubt();
                advance(nowNanos, probes);
            }
            case DOUBTING, REFINING, GROWING -> advance(nowNanos, probes);
        }
    }

    private void listen(long nowNanos) {
        usage.noticed = false;
        if (isForgotten(nowNanos)) {
            limits.listenToAll();
        } else {
            limits.listen();
        }
    }

    private void confirm(long nowNanos, Probes probes) {
        target = Math.min(usage.bytes, limits.limit());
        if (target <= PathLimit.FLOOR) {
            return;
        }
        best = 0;
        if (probes.send(target)) {
            phase = Phase.CONFIRMING;
            dueNanos = nowNanos + waitNanos();
        } else {
            doubt();
            advance(nowNanos, probes);
        }
    }

    private void doubt() {
        phase = Phase.DOUBTING;
        step = 0;
        best = 0;
        smallAnswered = 0;
    }

    private void grow(long nowNanos) {
        phase = Phase.GROWING;
        step = 0;
        best = 0;
        target = usage.bytes;
        growNanos = nowNanos + GROW_NANOS;
    }

    /** The next requests of a phase that has several, or its end. */
    private void advance(long nowNanos, Probes probes) {
        int steps = phase == Phase.DOUBTING ? STEPS : GROW_STEPS;
        if (step == steps) {
            conclude(nowNanos, probes);
            return;
        }
        switch (phase) {
            case DOUBTING -> {
                probes.send(target);
                probes.send(SMALL + step);
                if (step % 2 == 1) {
                    table.send(PathLimit.FLOOR, target, probes);
                }
            }
            case REFINING -> {
                for (int part = 1; part < REFINE_PARTS; part++) {
                    probes.send(refined(part));
                }
            }
            case GROWING -> {
                table.send(limits.limit(), target, probes);
                probes.send(target);
            }
            case RESTING, CONFIRMING -> {}
        }
        step++;
        dueNanos = nowNanos + (step == steps ? waitNanos() : STEP_NANOS);
    }

    private int refined(int part) {
        int low = limits.limit();
        return low + (below - low) * part / REFINE_PARTS;
    }

    private void conclude(long nowNanos, Probes probes) {
        switch (phase) {
            case DOUBTING -> {
                if (Integer.bitCount(smallAnswered) >= SMALL_WANTED) {
                    lower(nowNanos, probes);
                } else {
                    restUnproven(nowNanos);
                }
            }
            case REFINING -> {
                int before = limits.limit();
                int reached = Math.max(best, before);
                int part = Math.max(1, (below - before) / REFINE_PARTS + 1);
                below = Math.min(below, reached + part);
                limits.limit(reached);
                refine(nowNanos, probes);
            }
            case GROWING -> {
                if (best >= target) {
                    limits.limit(PathLimit.NONE);
                    growNanos = NEVER;
                    proved(nowNanos);
                } else if (best > limits.limit()) {
                    below = table.next(best, target);
                    limits.limit(best);
                    refine(nowNanos, probes);
                } else {
                    restUnproven(nowNanos);
                }
            }
            case RESTING, CONFIRMING -> {}
        }
    }

    /** The path is there and does not carry the size. */
    private void lower(long nowNanos, Probes probes) {
        growNanos = nowNanos + GROW_NANOS;
        below = table.next(best, target);
        limits.limit(Math.max(best, PathLimit.FLOOR));
        refine(nowNanos, probes);
    }

    private void refine(long nowNanos, Probes probes) {
        if (below - limits.limit() <= EXACT_ENOUGH) {
            proved(nowNanos);
            return;
        }
        phase = Phase.REFINING;
        step = 0;
        best = 0;
        advance(nowNanos, probes);
    }

    private void proved(long nowNanos) {
        proven = Math.min(Math.max(best, target), limits.limit());
        provenNanos = nowNanos;
        pause.vain = 0;
        rest(nowNanos, PROOF_NANOS);
    }

    /** Answers may be late, or the path is silent altogether: asks again in a while, and waits longer then. */
    private void restUnproven(long nowNanos) {
        pause.vain = Math.min(pause.vain + 1, MAX_DOUBLINGS);
        rest(nowNanos, PROOF_NANOS << pause.vain - 1);
    }

    private void rest(long nowNanos, long pauseNanos) {
        phase = Phase.RESTING;
        quieten();
        pause.over = false;
        pause.untilNanos = nowNanos + pauseNanos;
        dueNanos = pause.untilNanos;
    }

    /** A round trip takes so long; without it 150 ms are assumed. */
    public void roundTrip(long nanos) {
        roundTripNanos = nanos;
    }

    private long waitNanos() {
        return Math.clamp(
                2 * roundTripNanos << pause.vain, SHORTEST_WAIT_NANOS, LONGEST_WAIT_NANOS);
    }

    /** An answer of so many bytes of payload came. Its content means nothing. */
    public void answered(int bytes, long nowNanos) {
        if (bytes < SMALLEST_PROBE) {
            smallAnswered |= bytes >= SMALL && bytes < SMALL + STEPS ? 1 << bytes - SMALL : 0;
            return;
        }
        if (bytes > target) {
            return; // nobody asked for it
        }
        best = Math.max(best, bytes);
        boolean asked = phase == Phase.CONFIRMING || phase == Phase.DOUBTING;
        if (asked && bytes == target) {
            proved(nowNanos);
        }
    }

    /** Largest packet that was answered, at {@link #provenNanos}, since the path is known; 0 for none. */
    public int proven() {
        return proven;
    }

    public long provenNanos() {
        return provenNanos;
    }
}
