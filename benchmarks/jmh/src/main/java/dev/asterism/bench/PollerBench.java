package dev.asterism.bench;

import dev.asterism.tun.libc.LinuxLibc;
import dev.asterism.tun.poll.Poller;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What the machine makes of a poller: no test may judge that. */
@State(Scope.Thread)
public class PollerBench {

    private static final long SLEEP_NANOS = 300_000;

    private final Poller mine = new Poller(new LinuxLibc());
    private final Poller others = new Poller(new LinuxLibc());
    private final AtomicInteger turns = new AtomicInteger();
    private volatile boolean over;
    private Thread sleeper = Thread.currentThread();

    @Setup
    public void start() {
        sleeper =
                Thread.ofPlatform()
                        .daemon()
                        .start(
                                () -> {
                                    while (!over) {
                                        others.await(Long.MAX_VALUE);
                                        turns.incrementAndGet();
                                        mine.wake();
                                    }
                                });
    }

    /** 300 µs, and by how much it was late. */
    @Benchmark
    public void sleepsUntilADeadline() {
        mine.await(System.nanoTime() + SLEEP_NANOS);
    }

    /** One wakes another and is woken by it: two wakes. */
    @Benchmark
    public void wakesAndIsWoken() {
        int before = turns.get();
        others.wake();
        while (turns.get() == before) {
            mine.await(Long.MAX_VALUE);
        }
    }

    @TearDown
    public void stop() throws InterruptedException {
        over = true;
        others.wake();
        sleeper.join();
        others.close();
        mine.close();
    }
}
