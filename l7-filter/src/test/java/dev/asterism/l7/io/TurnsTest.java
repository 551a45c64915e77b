package dev.asterism.l7.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** Whoever sends much does not keep the loop from the others. */
class TurnsTest {

    /** Two of them fit into a turn, and a third makes it long enough. */
    private static final long WORK_NANOS = Turns.NANOS / 2;

    private final MemoryLoop loop = new MemoryLoop();
    private final Queue<Runnable> rounds = new ArrayDeque<>();
    private long nanos;

    /** A byte of its input is much work. */
    private final class Slow implements WireProtocol {

        private final MemoryConn conn = loop.conn();
        private int done;

        Slow() {
            conn.speak(this);
        }

        @Override
        public int received(byte[] in, int from, int to) {
            int p = from;
            while (p < to && !conn.input().isTurnOver()) {
                p++;
                done++;
                nanos += WORK_NANOS;
            }
            return p;
        }

        @Override
        public void lost() {}
    }

    private final Slow first = new Slow();
    private final Slow second = new Slow();

    TurnsTest() {
        loop.batch().takeTurns(() -> nanos, rounds::add);
    }

    private void round() {
        rounds.remove().run();
        loop.settle();
    }

    @Test
    void whatDoesNotFitIntoATurnComesInLaterRounds() {
        first.conn.arrive("x".repeat(8));
        assertThat(first.done).isEqualTo(3);
        assertThat(first.conn.heldBytes()).isEqualTo(5);
        second.conn.arrive("y");
        assertThat(second.done).isEqualTo(1);

        round();
        assertThat(first.done).isEqualTo(6);
        round();

        assertThat(first.done).isEqualTo(8);
        assertThat(first.conn.heldBytes()).isZero();
        assertThat(rounds).isEmpty();
    }

    @Test
    void oneConnectionHasItsTurnInARound() {
        first.conn.arrive("x".repeat(8));
        second.conn.arrive("y".repeat(8));
        assertThat(rounds).hasSize(1);

        round();
        assertThat(first.done).isEqualTo(6);
        assertThat(second.done).isEqualTo(3);
        round();
        assertThat(first.done).isEqualTo(6);
        assertThat(second.done).isEqualTo(6);
    }

    private void small(Runnable work) {
        loop.batch()
                .soon(
                        () -> {
                            nanos += Turns.SMALL_NANOS / 2 + 1;
                            work.run();
                        });
    }

    @Test
    void ofManySmallThingsOnlySomeAreDoneInARound() {
        List<Integer> done = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int number = i;
            small(() -> done.add(number));
        }
        assertThat(done).isEmpty();

        round();
        assertThat(done).containsExactly(0, 1);
        round();
        assertThat(done).containsExactly(0, 1, 2, 3);
        round();

        assertThat(done).containsExactly(0, 1, 2, 3, 4);
        assertThat(rounds).isEmpty();
    }

    /** An honest request that needs a new connection does not wait for all that floods have sent. */
    @Test
    void smallThingsDoNotWaitForTheTurnsOfInput() {
        List<String> done = new ArrayList<>();
        first.conn.arrive("x".repeat(8));
        second.conn.arrive("y".repeat(8));
        small(() -> done.add("begun"));
        assertThat(rounds).hasSize(1);

        round();

        assertThat(done).containsExactly("begun");
        assertThat(first.done).isEqualTo(6);
        assertThat(second.done).isEqualTo(3);
    }

    @Test
    void whatASmallThingAsksForComesInALaterRound() {
        List<String> done = new ArrayList<>();
        small(() -> small(() -> done.add("second")));

        round();
        assertThat(done).isEmpty();
        round();

        assertThat(done).containsExactly("second");
        assertThat(rounds).isEmpty();
    }

    @Test
    void nothingIsReadBeforeItsTurn() {
        first.conn.arrive("x".repeat(8));
        first.conn.arrive("x".repeat(8));
        assertThat(first.done).isEqualTo(3);
        assertThat(first.conn.unreadBytes()).isEqualTo(8);
        first.conn.offerAgain();
        loop.settle();

        assertThat(first.done).isEqualTo(3);
    }

    @Test
    void aConnectionThatHasClosedMeanwhileTakesNoTurn() {
        first.conn.arrive("x".repeat(8));
        second.conn.arrive("y".repeat(8));
        first.conn.drop();

        round();

        assertThat(first.done).isEqualTo(3);
        assertThat(second.done).isEqualTo(6);
    }

    /** Else what it holds would count again with each read, and the peer would soon be reset. */
    @Test
    void aConnectionThatBeginsToCloseMeanwhileKeepsNothing() {
        first.conn.arrive("x".repeat(80_000));
        first.conn.closeAfterLinger();
        loop.settle();
        assertThat(first.conn.heldBytes()).isZero();
        round();
        for (int i = 0; i < 20; i++) {
            first.conn.arrive("x");
        }

        assertThat(first.done).isEqualTo(3);
        assertThat(first.conn.isClosed()).isFalse();
    }

    @Test
    void aConnectionThatHasPausedMeanwhileGoesOnWhenItIsResumed() {
        first.conn.arrive("x".repeat(4));
        first.conn.pause(true);
        round();
        assertThat(first.done).isEqualTo(3);

        first.conn.pause(false);
        first.conn.offerAgain();
        loop.settle();

        assertThat(first.done).isEqualTo(4);
    }
}
