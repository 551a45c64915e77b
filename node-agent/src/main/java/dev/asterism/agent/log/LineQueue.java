package dev.asterism.agent.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Between those who log and a stream that may block indefinitely, such as a pipe whose reader has
 * stopped: {@link #offer} never waits for it. At most {@link #MAX_BYTES} wait to be written, by a
 * daemon thread; what comes when they are full is dropped and counted, and the count is written as
 * soon as there is room again. Any thread.
 */
final class LineQueue {

    static final int MAX_BYTES = 1 << 20;

    /** Of one write: a slow reader then still gets line by line what is next. */
    private static final int BATCH_BYTES = 64 << 10;

    private static final long PAUSE_NANOS = 100_000_000L;

    private final OutputStream out;
    private final LongFunction<byte[]> droppedLine;

    /** Guards all below; never held while writing. */
    private final Object lock = new Object();

    private final ArrayDeque<byte[]> lines = new ArrayDeque<>();
    private int bytes;
    private long dropped;
    private boolean writing;

    /**
     * @param droppedLine makes the line that says how many were dropped
     */
    LineQueue(OutputStream out, LongFunction<byte[]> droppedLine) {
        this.out = out;
        this.droppedLine = droppedLine;
    }

    /** Starts the thread that writes. */
    LineQueue start() {
        Thread.ofPlatform().name("log").daemon(true).start(this::write);
        return this;
    }

    /**
     * False, and counted, when there is no room.
     *
     * @param line with its line feed; must not be changed afterwards
     */
    boolean offer(byte[] line) {
        synchronized (lock) {
            if (bytes + line.length > MAX_BYTES) {
                dropped++;
                return false;
            }
            sayWhatWasDropped();
            add(line);
            return true;
        }
    }

    private void add(byte[] line) {
        lines.add(line);
        bytes += line.length;
        lock.notifyAll();
    }

    private void sayWhatWasDropped() {
        if (dropped > 0) {
            add(droppedLine.apply(dropped));
            dropped = 0;
        }
    }

    /** Waits until all is written, but not longer than {@code patience}. True when all is. */
    boolean drain(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        synchronized (lock) {
            while (writing || !lines.isEmpty()) {
                long leftMillis = (deadline - System.nanoTime()) / 1_000_000;
                if (leftMillis <= 0) {
                    return false;
                }
                try {
                    lock.wait(leftMillis);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return false;
                }
            }
            return true;
        }
    }

    private void write() {
        ByteArrayOutputStream batch = new ByteArrayOutputStream(1024);
        while (true) {
            try {
                take(batch);
                write(batch.toByteArray());
            } catch (InterruptedException e) {
                return;
            } finally {
                synchronized (lock) {
                    writing = false;
                    lock.notifyAll();
                }
            }
        }
    }

    private void take(ByteArrayOutputStream batch) throws InterruptedException {
        batch.reset();
        synchronized (lock) {
            if (lines.isEmpty()) {
                sayWhatWasDropped();
            }
            while (lines.isEmpty()) {
                lock.wait();
            }
            for (byte @Nullable [] line = lines.poll();
                    line != null;
                    line = batch.size() < BATCH_BYTES ? lines.poll() : null) {
                bytes -= line.length;
                batch.writeBytes(line);
            }
            writing = true;
        }
    }

    /**
     * A stream that refuses (its reader has gone, its disk is full, it does not block and is full)
     * is tried again with the next lines.
     */
    private void write(byte[] batch) {
        try {
            out.write(batch);
            out.flush();
        } catch (IOException e) {
            synchronized (lock) {
                for (byte b : batch) {
                    dropped += b == '\n' ? 1 : 0;
                }
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
