package dev.asterism.agent.l7;

import dev.asterism.l7.runtime.LoopThreads;
import dev.asterism.l7.telemetry.LoopFailures;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the loops of a filter from a thread of its own: tells once when one gives no sign of life, and again when it
 * is at work, and has the filter replaced when one has ended. Silence is counted in looks, as a pause of the whole
 * process is none of a loop.
 */
final class LoopWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("asterism");

    static final Duration EVERY = Duration.ofMillis(200);

    /** So many looks without a sign make {@link InboundRedirect#STALLED}. */
    static final int LOOKS = (int) InboundRedirect.STALLED.dividedBy(EVERY);

    private static final int LOOKS_A_SECOND = (int) Duration.ofSeconds(1).dividedBy(EVERY);

    /** Of a loop that stands still: enough to see what it waits for. */
    private static final int CALLS_SHOWN = 12;

    private final LoopSigns signs;
    private final LoopThreads threads;
    private final LoopFailures failures;
    private final String connections;
    private final Runnable whenEnded;
    private final ShortageWatch shortages;
    private int untilShortages = LOOKS_A_SECOND;
    private final long[] lastSign;
    private final int[] looks;
    private boolean ended;
    private final Thread thread;

    /**
     * @param failsOpen what becomes of new connections meanwhile
     * @param whenEnded is called once, when a loop is no more
     * @param shortages looks once a second, by the same thread
     */
    LoopWatch(
            LoopSigns signs,
            LoopThreads threads,
            LoopFailures failures,
            boolean failsOpen,
            Runnable whenEnded,
            ShortageWatch shortages) {
        this.signs = signs;
        this.threads = threads;
        this.failures = failures;
        this.connections = failsOpen ? "go past the filter" : "are refused";
        this.whenEnded = whenEnded;
        this.shortages = shortages;
        lastSign = new long[threads.count()];
        looks = new int[threads.count()];
        thread = Thread.ofPlatform().daemon().name("l7-loops").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted() && !ended) {
            look();
            LockSupport.parkNanos(EVERY.toNanos());
        }
    }

    /** Called every {@link #EVERY}. */
    void look() {
        int silent = 0;
        for (int loop = 0; loop < looks.length && !ended; loop++) {
            if (threads.hasEnded(loop)) {
                ended(loop);
            } else {
                look(loop);
            }
            silent += looks[loop] >= LOOKS ? 1 : 0;
        }
        failures.silent(ended ? 0 : silent);
        if (--untilShortages == 0) {
            untilShortages = LOOKS_A_SECOND;
            shortages.look();
        }
    }

    private void look(int loop) {
        long sign = signs.last(loop);
        if (sign == lastSign[loop]) {
            looks[loop]++;
            if (looks[loop] == LOOKS) {
                stalled(loop);
            }
            return;
        }
        if (looks[loop] >= LOOKS) {
            LOG.atWarn()
                    .setMessage("L7 filter: the event loop is at work again")
                    .addKeyValue("loop", loop)
                    .addKeyValue("silentFor", EVERY.multipliedBy(looks[loop]))
                    .log();
        }
        lastSign[loop] = sign;
        looks[loop] = 0;
    }

    private void stalled(int loop) {
        failures.stalled();
        LOG.atError()
                .setMessage(
                        "L7 filter: an event loop gives no sign of life; restart the agent if it stays so")
                .addKeyValue("loop", loop)
                .addKeyValue("newConnections", connections)
                .addKeyValue("at", text(threads.whereabouts(loop)))
                .log();
    }

    private static String text(List<StackTraceElement> calls) {
        return calls.stream()
                .limit(CALLS_SHOWN)
                .map(StackTraceElement::toString)
                .collect(Collectors.joining(" < "));
    }

    private void ended(int loop) {
        ended = true;
        failures.ended();
        LOG.atError()
                .setMessage("L7 filter: an event loop has ended; the filter starts anew")
                .addKeyValue("loop", loop)
                .addKeyValue("newConnections", connections + " until then")
                .setCause(threads.end(loop))
                .log();
        whenEnded.run();
    }

    @Override
    public void close() {
        thread.interrupt();
        failures.silent(0);
    }
}
