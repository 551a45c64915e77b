package dev.asterism.cert.serve;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A virtual thread for each connection that has sent a byte, and places for so many of them, as a connection takes much
 * memory from its first word on. Who finds no place waits for one, at the cost of a thread alone, and who came last is
 * the first to get one: when more come than can be served, some are served at once, where in turn all would wait until
 * it is too late. Meanwhile those make room who have had a place for some time and still do not send, of all, or of a
 * source that has too many. Any thread.
 */
final class ReadingThreads implements Executor, AutoCloseable {

    /** What everybody has, before it is looked whether they send. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The server has closed a connection by then. */
    private static final long LONGEST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long LOOK_MILLIS = 100;

    private final int mostOfSource;
    private final LongSupplier nanos;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** Whose request is not whole, in the order in which they began. */
    private final Map<Thread, Reader> reading = new LinkedHashMap<>();

    /** Who was told to leave and has a place yet. */
    private final Set<Thread> leaving = new HashSet<>();

    /** Who has no place, each with what ends its wait; who came last is last. */
    private final Deque<CountDownLatch> waiting = new ArrayDeque<>();

    private int free;

    /**
     * @param source empty until it is known
     */
    private record Reader(long since, String source) {}

    /**
     * @param most places
     * @param mostOfSource of those whose request is not whole
     * @param nanos a clock that never goes back
     */
    ReadingThreads(int most, int mostOfSource, LongSupplier nanos) {
        this.mostOfSource = mostOfSource;
        this.nanos = nanos;
        free = most;
    }

    @Override
    public void execute(Runnable exchange) {
        threads.execute(
                () -> {
                    if (takePlace()) {
                        try {
                            exchange.run();
                        } finally {
                            leave();
                        }
                    }
                });
    }

    private boolean takePlace() {
        long start = nanos.getAsLong();
        CountDownLatch turn = new CountDownLatch(1);
        askForPlace(turn);
        try {
            while (!turn.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                makeRoom();
                if (nanos.getAsLong() - start >= LONGEST_WAIT_NANOS && giveUp(turn)) {
                    return false;
                }
            }
        } catch (InterruptedException e) {
            return false; // the server ends
        }
        begin();
        return true;
    }

    private synchronized void askForPlace(CountDownLatch turn) {
        if (free > 0) {
            free--;
            turn.countDown();
        } else {
            waiting.addLast(turn);
        }
    }

    /** False when it has its turn just now. */
    private synchronized boolean giveUp(CountDownLatch turn) {
        return waiting.remove(turn);
    }

    private synchronized void begin() {
        reading.put(Thread.currentThread(), new Reader(nanos.getAsLong(), ""));
    }

    private synchronized void makeRoom() {
        if (leaving.size() < waiting.size()) {
            Thread first = firstToLeave(null);
            if (first != null) {
                end(first);
            }
        }
    }

    private @Nullable Thread firstToLeave(@Nullable String source) {
        long now = nanos.getAsLong();
        for (Map.Entry<Thread, Reader> entry : reading.entrySet()) {
            Reader reader = entry.getValue();
            // Who is not waiting has something to read, and waits for a processor.
            boolean isSlow =
                    now - reader.since() >= PATIENCE_NANOS
                            && entry.getKey().getState() != Thread.State.RUNNABLE;
            if (isSlow && (source == null || source.equals(reader.source()))) {
                return entry.getKey();
            }
        }
        return null;
    }

    /** An interrupt closes the connection that a thread reads from, now or next. */
    private void end(Thread thread) {
        reading.remove(thread);
        leaving.add(thread);
        thread.interrupt();
    }

    /** Says, on the thread of a connection, who is at the other end. */
    synchronized void isFrom(InetAddress address) {
        Thread self = Thread.currentThread();
        Reader known = reading.get(self);
        if (known == null) {
            return; // it was told to leave
        }
        String source = RequestLimits.source(address);
        reading.replace(self, new Reader(known.since(), source));
        long count =
                reading.values().stream().filter(other -> other.source().equals(source)).count();
        if (count > mostOfSource) {
            Thread first = firstToLeave(source);
            end(first == null ? self : first);
        }
    }

    /**
     * Says, on the thread of a connection, that the request is whole: nobody ends the thread from now on, as it will
     * write files, which an interrupt would close.
     *
     * @return false when it was told to leave before
     */
    synchronized boolean hasRead() {
        return reading.remove(Thread.currentThread()) != null;
    }

    private synchronized void leave() {
        reading.remove(Thread.currentThread());
        leaving.remove(Thread.currentThread());
        CountDownLatch next = waiting.pollLast();
        if (next == null) {
            free++;
        } else {
            next.countDown();
        }
    }

    /** How many there are whose request is not whole. */
    synchronized int count() {
        return reading.size();
    }

    /** How many have no place yet. */
    synchronized int waiting() {
        return waiting.size();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
