package dev.asterism.lighthouse.bundle;

import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * When peers hear which bundles this node has: all of them as soon as a newer one came, and twice again for those that
 * the first message did not reach; a node's lighthouses also every ten seconds. Spread over some milliseconds where
 * there are many. Control plane only.
 */
public final class BundleNews {

    /** After a newer bundle came. */
    private static final List<Duration> TOLD_AFTER =
            List.of(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(3));

    static final long PERIOD_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long PACE_NANOS = Duration.ofMillis(20).toNanos();
    private static final int PEERS_AT_ONCE = 256;

    private final Supplier<Boolean> tellsOften;
    private final RandomSource random;
    private final ArrayDeque<Long> rounds = new ArrayDeque<>();
    private final ArrayDeque<Ip> waiting = new ArrayDeque<>();
    private long paceNanos = Long.MIN_VALUE;
    private long periodNanos = Long.MAX_VALUE;

    /**
     * @param tellsOften true on a node with lighthouses
     */
    public BundleNews(Supplier<Boolean> tellsOften, RandomSource random) {
        this.tellsOften = tellsOften;
        this.random = random;
    }

    /** At a start and after a change of settings. */
    public void restart(Tick now) {
        periodNanos = tellsOften.get() ? now.nanos() + random.below(PERIOD_NANOS) : Long.MAX_VALUE;
    }

    void changed(Tick now) {
        rounds.clear();
        waiting.clear();
        TOLD_AFTER.forEach(after -> rounds.add(now.nanos() + after.toNanos()));
    }

    /** Whom to tell now. */
    List<Ip> due(Supplier<List<Ip>> partners, Tick now) {
        if (isDue(now)) {
            waiting.clear();
            waiting.addAll(partners.get());
        }
        List<Ip> due = new ArrayList<>();
        if (!waiting.isEmpty() && paceNanos <= now.nanos()) {
            while (due.size() < PEERS_AT_ONCE && !waiting.isEmpty()) {
                due.add(waiting.remove());
            }
            paceNanos = now.nanos() + PACE_NANOS;
        }
        return due;
    }

    private boolean isDue(Tick now) {
        boolean due = false;
        while (!rounds.isEmpty() && rounds.element() <= now.nanos()) {
            rounds.remove();
            due = true;
        }
        if (periodNanos <= now.nanos()) {
            periodNanos = now.nanos() + PERIOD_NANOS - random.below(PERIOD_NANOS / 10);
            due = true;
        }
        return due;
    }

    long nextDeadlineNanos() {
        long round = rounds.isEmpty() ? Long.MAX_VALUE : rounds.element();
        long pace = waiting.isEmpty() ? Long.MAX_VALUE : paceNanos;
        return Math.min(pace, Math.min(round, periodNanos));
    }
}
