package dev.asterism.l7.telemetry;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.asterism.l7.proxy.RequestReport;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Requests that somebody looks at while they happen. Loops offer what is over and never wait: at most {@link
 * #MOST_WAITING} requests of {@link #MOST_BYTES} bytes wait for the one who looks, and what is beyond that or beyond
 * its rate is counted. A tap that nobody asks for a while is abandoned. Any thread.
 */
public final class Tap {

    static final int MOST_WAITING = 1_024;

    /** An answer to the one who looks takes some times as much for a moment. */
    static final int MOST_BYTES = 1 << 20;

    /** Who has not asked for so long has gone without a word. */
    static final long ABANDONED_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final int COUNT_BITS = 20;

    private final TapQuestion question;
    private final String id;
    private final long openedNanos;
    private final Queue<AccessEntry> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicInteger bytes = new AtomicInteger();

    /** Counts nearly every request, so the loops must not share a cache line for it. Never reset. */
    private final LongAdder leftOut = new LongAdder();

    private final AtomicLong leftOutTold = new AtomicLong();

    /** The second since it was opened, and how many of it were taken. */
    private final AtomicLong taken = new AtomicLong();

    private volatile long askedNanos;

    Tap(String id, TapQuestion question, long nowNanos) {
        this.id = id;
        this.question = question;
        openedNanos = nowNanos;
        askedNanos = nowNanos;
    }

    public String id() {
        return id;
    }

    /** Whether it may show the fields of a request that has just come. */
    boolean wantsFields(RequestReport request) {
        return question.fields() && question.mayFit(request);
    }

    boolean isAbandoned(long nowNanos) {
        return nowNanos - askedNanos > ABANDONED_NANOS;
    }

    void offer(RequestReport request) {
        if (!question.fits(request)) {
            return;
        }
        if (!isWithinRate(request.endedNanos()) || bytes.get() > MOST_BYTES) {
            leftOut.increment();
        } else if (count.incrementAndGet() > MOST_WAITING) {
            count.decrementAndGet();
            leftOut.increment();
        } else {
            AccessEntry entry = AccessEntry.of(request, 0, question.fields());
            bytes.addAndGet(entry.weight());
            waiting.add(entry);
        }
    }

    private boolean isWithinRate(long nowNanos) {
        long second = (nowNanos - openedNanos) / SECOND;
        while (true) {
            long before = taken.get();
            boolean same = before >> COUNT_BITS == second;
            if (same && (before & (1 << COUNT_BITS) - 1) >= question.perSecond()) {
                return false;
            }
            if (taken.compareAndSet(before, same ? before + 1 : (second << COUNT_BITS) + 1)) {
                return true;
            }
        }
    }

    /** Somebody looks. */
    public void asked(long nowNanos) {
        askedNanos = nowNanos;
    }

    public boolean isEmpty() {
        return count.get() == 0;
    }

    /**
     * Writes the array {@code requests} with what waits, each as in the access log with its fields, and {@code
     * left_out}: how many there were besides since the last call.
     *
     * @param redact names of fields and query parameters whose values are not written, in lower case
     * @param now the time
     * @param nowNanos the same by the loops' clock
     */
    public void write(JsonGenerator json, Collection<String> redact, Instant now, long nowNanos)
            throws IOException {
        json.writeArrayFieldStart("requests");
        for (int i = 0; i < MOST_WAITING; i++) {
            AccessEntry entry = waiting.poll();
            if (entry == null) {
                break;
            }
            count.decrementAndGet();
            bytes.addAndGet(-entry.weight());
            AccessLine.show(json, entry, now.minusNanos(nowNanos - entry.endedNanos()), redact);
        }
        json.writeEndArray();
        long all = leftOut.sum();
        long told = leftOutTold.getAndAccumulate(all, Math::max);
        json.writeNumberField("left_out", Math.max(0, all - told));
    }
}
