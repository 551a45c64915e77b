package dev.asterism.l7.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** An error on one connection is not the end of the others. */
class BatchTest {

    private static final class Held implements WireProtocol {

        private @Nullable Error error;
        private int offers;

        @Override
        public int received(byte[] in, int from, int to) {
            offers++;
            if (error != null) {
                throw error;
            }
            return from;
        }

        @Override
        public void lost() {
            throw new StackOverflowError();
        }
    }

    private final MemoryLoop loop = new MemoryLoop();
    private final Held bad = new Held();
    private final Held good = new Held();
    private final MemoryConn first = conn(bad);
    private final MemoryConn second = conn(good);

    private MemoryConn conn(Held protocol) {
        MemoryConn conn = loop.conn();
        conn.speak(protocol);
        conn.arrive("x");
        return conn;
    }

    private void offerBoth(Error error) {
        bad.error = error;
        first.offerAgain();
        second.offerAgain();
    }

    @Test
    void endsTheConnectionWhoseStackOverflows() {
        offerBoth(new StackOverflowError());

        assertThatThrownBy(loop::settle).hasCauseInstanceOf(StackOverflowError.class);
        assertThatThrownBy(loop::settle).hasCauseInstanceOf(StackOverflowError.class);
        assertThat(first.isClosed()).isTrue();
        assertThat(good.offers).isEqualTo(2);
        second.offerAgain();
        loop.settle();
        assertThat(good.offers).isEqualTo(3);
    }

    @Test
    void goesOnWithTheOthersWhenTheErrorIsThrownOn() {
        offerBoth(new OutOfMemoryError("a test"));

        assertThatThrownBy(loop::settle).isInstanceOf(OutOfMemoryError.class);
        assertThat(first.isClosed()).isTrue();
        assertThatThrownBy(loop::settle).hasCauseInstanceOf(StackOverflowError.class);
        assertThat(good.offers).isEqualTo(2);
        second.offerAgain();
        loop.settle();
        assertThat(good.offers).isEqualTo(3);
    }
}
