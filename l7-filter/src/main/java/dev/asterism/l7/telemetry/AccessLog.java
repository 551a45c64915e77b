package dev.asterism.l7.telemetry;

import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.proxy.InputReport;
import dev.asterism.l7.proxy.RequestReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A queue from the loops, which never wait, to the thread that writes lines to a file. At most {@link
 * #MOST_WAITING} entries wait; what comes beyond them is dropped and counted. Any thread may add, one takes.
 */
public final class AccessLog {

    static final int MOST_WAITING = 8_192;

    private static final int BATCH_BYTES = 64 << 10;

    private final Queue<AccessEntry> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong dropped = new AtomicLong();
    private volatile FilterConfig config;

    public AccessLog(FilterConfig config) {
        this.config = config;
    }

    /** Another configuration is in force. */
    public void reload(FilterConfig next) {
        config = next;
    }

    /** How many of 10,000 successful requests are to be added. */
    int sampleTenThousandths() {
        return isOn() ? config.log().sampleTenThousandths() : 0;
    }

    boolean isOn() {
        return !config.log().file().isEmpty();
    }

    /**
     * @param leftOut lines about such requests since the last one
     */
    void add(RequestReport request, long leftOut) {
        if (hasRoom()) {
            waiting.add(AccessEntry.of(request, leftOut, false));
        }
    }

    /**
     * @param leftOut lines about such input since the last one
     */
    void add(InputReport input, long leftOut) {
        if (hasRoom()) {
            waiting.add(AccessEntry.of(input, leftOut));
        }
    }

    private boolean hasRoom() {
        if (count.incrementAndGet() > MOST_WAITING) {
            count.decrementAndGet();
            dropped.incrementAndGet();
            return false;
        }
        return true;
    }

    /** Lines that were taken and could not be written. */
    public void lost(int lines) {
        dropped.addAndGet(lines);
    }

    /** Entries that found no room, or no disk. */
    public long dropped() {
        return dropped.get();
    }

    /**
     * The next lines, some 64 KiB at most; none when nothing waits.
     *
     * @param now the time
     * @param nowNanos the same by the loops' clock
     */
    public byte[] take(Instant now, long nowNanos) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        try {
            for (@Nullable AccessEntry entry = waiting.poll(); entry != null; entry = next(lines)) {
                count.decrementAndGet();
                Instant ended = now.minusNanos(nowNanos - entry.endedNanos());
                AccessLine.write(entry, ended, config.hash(), config.log().redact(), lines);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a write to memory failed", e);
        }
        return lines.toByteArray();
    }

    private @Nullable AccessEntry next(ByteArrayOutputStream lines) {
        return lines.size() < BATCH_BYTES ? waiting.poll() : null;
    }
}
