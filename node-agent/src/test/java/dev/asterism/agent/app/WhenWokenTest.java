package dev.asterism.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.io.DutyCycle;
import dev.asterism.overlay.io.Tick;
import dev.asterism.tun.libc.LinuxLibc;
import dev.asterism.tun.poll.Poller;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A cycle that shares its thread has the turns it would have on one of its own, and no others. */
@Timeout(60)
class WhenWokenTest {

    private final Poller poller = new Poller(new LinuxLibc());
    private final WhenWoken.Waker waker = new WhenWoken.Waker(poller);
    private final Counted counted = new Counted();
    private final WhenWoken cycle = new WhenWoken(waker, counted);

    private static final class Counted implements DutyCycle {
        private Runnable duringTurn = () -> {};
        private int turns;
        private int work;
        private long deadline = Long.MAX_VALUE;

        @Override
        public int doWork(Tick now) {
            turns++;
            duringTurn.run();
            return work;
        }

        @Override
        public long nextDeadlineNanos() {
            return deadline;
        }

        @Override
        public String role() {
            return "counted";
        }
    }

    @AfterEach
    void close() {
        poller.close();
    }

    @Test
    void hasItsFirstTurnUnasked() {
        turnsAt(1);
        turnsAt(2);

        assertThat(counted.turns).isOne();
    }

    @Test
    void hasATurnForEachWake() {
        turnsAt(1);
        waker.run();
        waker.run();
        turnsAt(2);
        turnsAt(3);
        assertThat(counted.turns).isEqualTo(2);

        waker.run();
        turnsAt(4);
        assertThat(counted.turns).isEqualTo(3);
    }

    @Test
    void isWokenForWhatComesDuringItsTurn() {
        counted.duringTurn = waker;
        turnsAt(1);
        counted.duringTurn = () -> {};
        turnsAt(2);
        turnsAt(3);

        assertThat(counted.turns).isEqualTo(2);
    }

    @Test
    void hasItsTurnWhenItsTimeHasComeAndNotBefore() {
        counted.deadline = 10;
        turnsAt(1);
        assertThat(cycle.nextDeadlineNanos()).isEqualTo(10);
        turnsAt(9);
        assertThat(counted.turns).isOne();

        counted.deadline = 20;
        turnsAt(10);
        assertThat(counted.turns).isEqualTo(2);
        assertThat(cycle.nextDeadlineNanos()).isEqualTo(20);
    }

    @Test
    void hasAnotherTurnAsLongAsThereIsWork() {
        counted.work = 3;
        assertThat(turnsAt(1)).isEqualTo(3);
        assertThat(turnsAt(2)).isEqualTo(3);

        counted.work = 0;
        turnsAt(3);
        assertThat(counted.turns).isEqualTo(3);
        assertThat(turnsAt(4)).isZero();
        assertThat(counted.turns).isEqualTo(3);
    }

    /** A wake from another thread must end the sleep of the thread that they share. */
    @Test
    void wakesTheThread() {
        waker.run();

        poller.await(Long.MAX_VALUE); // until the time limit if it does not
    }

    private int turnsAt(long nanos) {
        return cycle.doWork(new Tick(nanos, Instant.EPOCH));
    }
}
