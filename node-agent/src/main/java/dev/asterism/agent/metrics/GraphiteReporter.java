package dev.asterism.agent.metrics;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports to Graphite at an interval, on a thread of its own. A receiver that is away costs the
 * reports that it misses; the log tells when that begins and when it is over.
 */
final class GraphiteReporter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("asterism");

    private final Duration interval;
    private final GraphiteText text;
    private final GraphiteConnection connection;
    private final Supplier<@Nullable Reading> source;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;

    /** Reporter's thread. */
    private boolean failing;

    /** Begins; the first report comes after one interval, as in Nebula. */
    GraphiteReporter(
            Duration interval,
            GraphiteText text,
            GraphiteConnection connection,
            Supplier<@Nullable Reading> source) {
        this.interval = interval;
        this.text = text;
        this.connection = connection;
        this.source = source;
        thread = Thread.ofPlatform().daemon().name("graphite").start(this::run);
    }

    private void run() {
        try {
            while (!stopped.await(interval.toNanos(), TimeUnit.NANOSECONDS)) {
                report();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private void report() {
        try {
            Reading reading = source.get();
            if (reading == null) {
                throw new IOException("the control plane had no time");
            }
            connection.send(text.lines(reading));
            if (failing) {
                failing = false;
                LOG.info("Graphite export works again");
            }
        } catch (IOException | RuntimeException e) {
            if (!failing && stopped.getCount() > 0) {
                failing = true;
                LOG.atError()
                        .setMessage("Graphite export failed")
                        .addKeyValue("error", e.toString())
                        .log();
            }
        }
    }

    /** Ends at once, a report that is under way included. */
    @Override
    public void close() {
        stopped.countDown();
        thread.interrupt();
    }
}
