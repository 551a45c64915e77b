package dev.asterism.cert.serve;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReadingThreadsTest {

    private static final int MOST = 4;
    private static final int MOST_OF_SOURCE = 2;
    private static final long PATIENCE = 1;

    private final AtomicLong nanos = new AtomicLong(5);
    private final ReadingThreads threads = new ReadingThreads(MOST, MOST_OF_SOURCE, nanos::get);

    /** Names of those that have a place, and of those that were ended. */
    private final BlockingQueue<String> begun = new LinkedBlockingQueue<>();

    private final BlockingQueue<String> ended = new LinkedBlockingQueue<>();

    private final Map<String, Thread> began = new ConcurrentHashMap<>();

    /** Who waits for one of these sends nothing. */
    private final Silence silence = new Silence();

    /** Knows who waits, as the state of a thread alone does not say what it waits for: it may be a lock on the way. */
    @SuppressWarnings("serial")
    private static final class Silence extends Semaphore {

        Silence() {
            super(0);
        }

        /** Nothing is left then that could wake the thread but its end. */
        boolean holds(@Nullable Thread thread) {
            return thread != null
                    && getQueuedThreads().contains(thread)
                    && thread.getState() == Thread.State.WAITING;
        }

        void end() {
            release(1_000);
        }
    }

    @AfterEach
    void close() {
        threads.close();
    }

    private void execute(String name, String source) throws UnknownHostException {
        InetAddress address = InetAddress.getByName(source);
        threads.execute(
                () -> {
                    threads.isFrom(address);
                    began.put(name, Thread.currentThread());
                    begun.add(name);
                    try {
                        silence.acquire();
                    } catch (InterruptedException e) {
                        ended.add(name);
                    }
                });
    }

    /** Who is at the other end says no more than this. */
    private void begin(String name, String source) throws Exception {
        execute(name, source);
        // Only then take its name, as a thread that meets us at the queue may be woken once more
        // because of that.
        while (!silence.holds(began.get(name))) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(begun.take()).isEqualTo(name);
    }

    private void fill() throws Exception {
        for (int i = 0; i < MOST; i++) {
            begin("old " + i, "192.0.2." + i);
        }
    }

    private void pass(long seconds) {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    private void awaitWaiting(int count) {
        while (threads.waiting() != count) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static List<String> taken(BlockingQueue<String> names, int count)
            throws InterruptedException {
        List<String> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(names.take());
        }
        return taken;
    }

    @Test
    void whoHasNotSentForLongestMakesRoomForWhoWaits() throws Exception {
        fill();
        execute("new 0", "198.51.100.0");
        execute("new 1", "198.51.100.1");
        pass(PATIENCE);

        assertThat(taken(begun, 2)).containsExactlyInAnyOrder("new 0", "new 1");
        assertThat(taken(ended, 2)).containsExactlyInAnyOrder("old 0", "old 1");
        assertThat(threads.count()).isEqualTo(MOST);
    }

    @Test
    void everybodyHasSomeTime() throws Exception {
        fill();
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(900));
        execute("new", "198.51.100.0");

        assertThat(begun.poll(300, TimeUnit.MILLISECONDS)).as("it waits").isNull();
        assertThat(ended).isEmpty();
        pass(1);
        assertThat(begun.take()).isEqualTo("new");
    }

    @Test
    void whoWaitsForTooLongIsLeftToTheServer() throws Exception {
        fill();
        pass(-3600); // so that nobody has had the time
        execute("new", "198.51.100.0");
        awaitWaiting(1);
        pass(11);
        awaitWaiting(0);
        silence.end();

        execute("next", "198.51.100.0");
        assertThat(begun.take()).isEqualTo("next");
        assertThat(begun).isEmpty();
    }

    @Test
    void whoCameLastIsServedFirst() throws Exception {
        fill();
        for (int i = 0; i < 3; i++) {
            execute("new " + i, "198.51.100." + i);
            awaitWaiting(i + 1);
        }
        // One place only: with more, who begins first may say so last.
        requireNonNull(began.get("old 0")).interrupt();

        assertThat(begun.take()).isEqualTo("new 2");
    }

    @Test
    void aSourceMakesRoomForItself() throws Exception {
        begin("other", "198.51.100.0");
        begin("slow 0", "192.0.2.1");
        begin("slow 1", "192.0.2.1");
        pass(PATIENCE);
        begin("slow 2", "192.0.2.1");

        assertThat(ended.take()).isEqualTo("slow 0");
        begin("slow 3", "192.0.2.1");
        assertThat(ended.take()).isEqualTo("slow 1");
        execute("too soon", "192.0.2.1");
        assertThat(ended.take()).isEqualTo("too soon");
        assertThat(ended).isEmpty();
    }

    @Test
    void nobodyEndsWhoHasRead() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        threads.execute(
                () -> {
                    told.add(threads.hasRead() ? "whole" : "ended");
                    try {
                        goOn.await();
                        told.add("done");
                    } catch (InterruptedException e) {
                        told.add("interrupted");
                    }
                });
        assertThat(told.take()).isEqualTo("whole");
        for (int i = 0; i < 2 * MOST; i++) {
            begin("slow " + i, "192.0.2." + i);
            pass(PATIENCE);
        }
        assertThat(taken(ended, MOST + 1)).doesNotHaveDuplicates();
        goOn.countDown();

        assertThat(told.take()).isEqualTo("done");
    }

    @Test
    void whoWasEndedIsTold() throws Exception {
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        threads.execute(
                () -> {
                    told.add("begun");
                    try {
                        silence.acquire();
                    } catch (InterruptedException e) {
                        told.add(threads.hasRead() ? "whole" : "ended");
                    }
                });
        told.take();
        pass(PATIENCE);
        for (int i = 0; i < MOST; i++) {
            begin("slow " + i, "192.0.2." + i);
        }

        assertThat(told.take()).isEqualTo("ended");
    }
}
