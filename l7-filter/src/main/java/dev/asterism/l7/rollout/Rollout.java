package dev.asterism.l7.rollout;

import dev.asterism.l7.latency.LatencyCounts;
import dev.asterism.l7.rollout.RolloutState.Phase;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A {@link RolloutSpec} under way. Loops read the share and count answers, without a lock; {@link #tick} is one
 * thread's, about once a second, and decides. Times are milliseconds of the wall clock, as they outlive the process.
 */
public final class Rollout {

    private static final double P99 = 0.99;
    private static final long UNKNOWN = 0;

    private final String key;
    private volatile RolloutSpec spec;
    private volatile RolloutState state;
    private volatile int share;
    private volatile Tally tally = new Tally();

    /** Of one step. */
    private static final class Tally {
        private final LongAdder good = new LongAdder();
        private final LongAdder bad = new LongAdder();
        private final LatencyCounts latencies = new LatencyCounts();

        StepFigures figures() {
            long bads = bad.sum();
            long all = good.sum() + bads;
            double success = all == 0 ? 1 : 1 - (double) bads / all;
            return new StepFigures(all, success, latencies.quantileNanos(P99));
        }
    }

    /**
     * Begins with the first step, whose time begins with the first {@link #tick}.
     *
     * @param key the same for the same roll-out of another process
     */
    public Rollout(String key, RolloutSpec spec) {
        this.key = key;
        this.spec = spec;
        state = new RolloutState(Phase.RUNNING, 0, UNKNOWN, "");
        share = spec.steps().getFirst();
    }

    public String key() {
        return key;
    }

    public RolloutSpec spec() {
        return spec;
    }

    /** The same one at another place of the file. */
    public void movedTo(RolloutSpec same) {
        spec = same;
    }

    public RolloutState state() {
        return state;
    }

    /** Of the requests, in ten thousandths. */
    public int share() {
        return share;
    }

    public StepFigures figures() {
        return tally.figures();
    }

    /** Goes on where an earlier process was; the time of a step begins anew, as its figures are gone. */
    public void restore(RolloutState saved, long nowMillis) {
        if (saved.step() >= 0 && saved.step() < spec.steps().size()) {
            boolean running = saved.phase() == Phase.RUNNING;
            become(running ? step(saved.step(), nowMillis) : saved);
        }
    }

    private static RolloutState step(int number, long nowMillis) {
        return new RolloutState(Phase.RUNNING, number, nowMillis, "");
    }

    private void become(RolloutState next) {
        tally = new Tally();
        state = next;
        share = next.phase() == Phase.STOPPED ? 0 : spec.steps().get(next.step());
    }

    /** One of its pool's requests is over. */
    public void count(boolean good, long nanos) {
        Tally current = tally;
        (good ? current.good : current.bad).increment();
        current.latencies.add(nanos);
    }

    /** Looks at the figures. Null: nothing changes; else those that decided. */
    public @Nullable StepFigures tick(long nowMillis) {
        RolloutState now = state;
        if (now.phase() != Phase.RUNNING) {
            return null;
        }
        if (now.sinceMillis() == UNKNOWN) {
            state = step(now.step(), nowMillis);
            return null;
        }
        StepFigures figures = tally.figures();
        if (figures.requests() < spec.abort().minRequests()) {
            return null;
        }
        String wrong = wrong(figures);
        if (!wrong.isEmpty()) {
            become(new RolloutState(Phase.STOPPED, now.step(), nowMillis, wrong));
            return figures;
        }
        if (nowMillis - now.sinceMillis() < spec.every().toMillis()) {
            return null;
        }
        boolean last = now.step() == spec.steps().size() - 1;
        become(
                last
                        ? new RolloutState(Phase.DONE, now.step(), nowMillis, "")
                        : step(now.step() + 1, nowMillis));
        return figures;
    }

    /** Empty: the pool may have more. */
    private String wrong(StepFigures figures) {
        RolloutSpec.AbortRule abort = spec.abort();
        if (figures.success() < abort.successBelow()) {
            return String.format(
                    Locale.ROOT,
                    "%.2f%% of %d requests succeeded, which is below %s%%",
                    100 * figures.success(),
                    figures.requests(),
                    percent(abort.successBelow()));
        }
        long most = abort.p99Above().toNanos();
        return most > 0 && figures.p99Nanos() > most
                ? "the p99 of %d requests was %dms, which is above %dms"
                        .formatted(
                                figures.requests(),
                                TimeUnit.NANOSECONDS.toMillis(figures.p99Nanos()),
                                abort.p99Above().toMillis())
                : "";
    }

    /** Milliseconds to the next step, if the answers stay good; 0: only requests are missing, or there is none. */
    public long nextMillis(long nowMillis) {
        RolloutState now = state;
        long since = now.sinceMillis() == UNKNOWN ? nowMillis : now.sinceMillis();
        return now.phase() == Phase.RUNNING
                ? Math.max(0, since + spec.every().toMillis() - nowMillis)
                : 0;
    }

    private static String percent(double ratio) {
        double hundred = Math.round(ratio * 10_000) / 100.0;
        return hundred == Math.rint(hundred)
                ? String.valueOf((long) hundred)
                : String.valueOf(hundred);
    }
}
