package dev.asterism.l7.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A loop with more to do than it can is at work, and says so in the middle of it. */
class PulseTest {

    private static final long EVERY = TimeUnit.MILLISECONDS.toNanos(250);

    private final MemoryLoop loop = new MemoryLoop();
    private final AtomicLong clock = new AtomicLong();
    private final AtomicInteger beats = new AtomicInteger();

    @BeforeEach
    void begin() {
        loop.batch().pulse(beats::incrementAndGet, EVERY, clock::get);
        beats.set(0);
    }

    private void work() {
        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
    }

    @Test
    void beatsBetweenTheEventsOfOneBatch() {
        for (int event = 0; event < 4000; event++) {
            work();
            loop.batch().tick(clock.get());
        }
        assertThat(beats).hasValue(16);
    }

    @Test
    void beatsBetweenConnectionsThatAreSettled() {
        for (int i = 0; i < 4000; i++) {
            Conn conn = loop.conn();
            conn.speak(
                    new WireProtocol() {
                        @Override
                        public int received(byte[] in, int from, int to) {
                            return to;
                        }

                        @Override
                        public void lost() {
                            work();
                        }
                    });
            conn.fail();
        }
        loop.settle();
        assertThat(beats.get()).isBetween(12, 16);
    }

    @Test
    void beatsBetweenTimersThatAreDueAtOnce() {
        for (int i = 0; i < 4000; i++) {
            loop.batch()
                    .after(
                            new Timer() {
                                @Override
                                protected void expired() {
                                    work();
                                }
                            },
                            1);
        }
        loop.batch().timers().advance(TimeUnit.SECONDS.toNanos(1));
        assertThat(beats.get()).isBetween(12, 16);
    }

    @Test
    void aLoopThatStandsStillDoesNotBeat() {
        clock.addAndGet(TimeUnit.MINUTES.toNanos(1));
        loop.settle();
        assertThat(beats).hasValue(0);
    }
}
