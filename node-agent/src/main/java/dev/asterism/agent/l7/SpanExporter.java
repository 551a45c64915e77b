package dev.asterism.agent.l7;

import dev.asterism.l7.telemetry.Spans;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends spans to a collector by OTLP over HTTP, on a thread of its own. A collector that is slow or away costs spans,
 * which are counted, and holds nobody up.
 */
final class SpanExporter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("asterism");
    private static final int MOST_IN_BATCH = 512;
    private static final int MILLI = 1_000_000;
    private static final int CONNECT_MILLIS = 2_000;
    private static final int ANSWER_MILLIS = 5_000;
    private static final long PAUSE_NANOS = Duration.ofMillis(500).toNanos();
    private static final long AFTER_FAILURE_NANOS = Duration.ofSeconds(5).toNanos();
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final String PATH = "/v1/traces";

    private final Spans spans;
    private final String self;
    private final Thread thread;
    private volatile String collector;
    private volatile boolean ends;

    /** Of the thread. */
    private boolean hasFailed;

    /**
     * @param self what this node is called
     * @param collector {@code http://127.0.0.1:4318}
     */
    SpanExporter(Spans spans, String self, String collector) {
        this.spans = spans;
        this.self = self;
        this.collector = collector;
        thread = Thread.ofPlatform().daemon().name("l7-spans").start(this::run);
    }

    /** Goes to another one from now on. */
    void collector(String next) {
        collector = next;
    }

    private void run() {
        while (true) {
            boolean last = ends;
            Spans.Batch batch = spans.take(MOST_IN_BATCH, self, epochNanos());
            boolean arrived = batch.count() == 0 || send(batch);
            if (last) {
                return;
            }
            if (!arrived) {
                LockSupport.parkNanos(AFTER_FAILURE_NANOS);
            } else if (batch.count() < MOST_IN_BATCH) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /** What the wall clock had at 0 of the loops' clock. */
    private static long epochNanos() {
        return System.currentTimeMillis() * MILLI - System.nanoTime();
    }

    private boolean send(Spans.Batch batch) {
        String to = collector + PATH;
        try {
            int status = post(to, batch.body());
            if (status / 100 == 2) {
                spans.sent(batch.count());
                hasFailed = false;
                return true;
            }
            throw new IOException("it answered " + status);
        } catch (IOException | RuntimeException e) {
            spans.lost(batch.count());
            if (!hasFailed) {
                hasFailed = true;
                LOG.atWarn()
                        .setMessage("L7 spans cannot be sent")
                        .addKeyValue("collector", to)
                        .addKeyValue("error", e.toString())
                        .log();
            }
            return false;
        }
    }

    private static int post(String to, byte[] body) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) URI.create(to).toURL().openConnection();
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(ANSWER_MILLIS);
        connection.setInstanceFollowRedirects(false);
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/x-protobuf");
        connection.setFixedLengthStreamingMode(body.length);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(body);
        }
        int status = connection.getResponseCode();
        try (var answer =
                status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            if (answer != null) {
                answer.readNBytes(64 << 10);
            }
        }
        return status;
    }

    /** Sends what waits, for a bounded time. */
    @Override
    public void close() {
        ends = true;
        LockSupport.unpark(thread);
        try {
            boolean _ = thread.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
