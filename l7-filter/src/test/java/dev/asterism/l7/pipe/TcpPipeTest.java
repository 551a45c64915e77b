package dev.asterism.l7.pipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.exchange.ProxyRig;
import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.io.Conn;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TcpPipeTest {

    /** Connects each pipe and writes down how it ends. */
    private final class Recorder implements PipeHandler {

        private final List<String> ends = new ArrayList<>();
        private boolean triesAgain;
        private @Nullable TcpPipe last;

        TcpPipe last() {
            return Objects.requireNonNull(last);
        }

        @Override
        public void handle(TcpPipe pipe) {
            last = pipe;
            pipe.connect(rig.upstream());
        }

        @Override
        public void failed(TcpPipe pipe) {
            if (triesAgain) {
                pipe.connect(rig.upstream());
            } else {
                pipe.refuse();
            }
        }

        @Override
        public void ended(TcpPipe pipe, PipeEnd how) {
            ends.add(how + " " + pipe.requestBytes() + " " + pipe.answerBytes());
        }
    }

    private final ProxyRig rig = new ProxyRig(UpstreamProtocol.HTTP_1);
    private final Recorder recorder = new Recorder();

    private MemoryConn client() {
        return rig.client(rig.front(Spoken.TCP, rig.endpoint()::send, recorder));
    }

    @Test
    void carriesAndCountsBothWays() {
        MemoryConn client = client();
        rig.server().arrive("hello");
        client.arrive("ab");
        client.arrive("c");
        assertThat(client.sentText()).isEqualTo("hello");
        assertThat(rig.server().sentText()).isEqualTo("abc");
        assertThat(recorder.last().requestBytes()).isEqualTo(3);
        assertThat(recorder.last().answerBytes()).isEqualTo(5);
        assertThat(recorder.last().caller()).isEqualTo(Caller.UNKNOWN);

        client.end();
        rig.server().end();
        assertThat(recorder.ends).containsExactly("CLOSED 3 5");
        assertThat(client.isClosed()).isTrue();
        assertThat(rig.server().isClosed()).isTrue();
        assertThat(rig.loop().batch().timers().armed()).isZero();
    }

    @Test
    void passesOnTheClientsEndAndTheAnswerBehindIt() {
        MemoryConn client = client();
        client.arrive("question");
        client.end();
        assertThat(rig.server().isOutputShut()).isTrue();
        assertThat(client.isClosed()).isFalse();
        assertThat(client.isOutputShut()).isFalse();

        rig.server().arrive("answer");
        rig.server().end();
        assertThat(client.sentText()).isEqualTo("answer");
        assertThat(client.isClosed()).isTrue();
        assertThat(recorder.ends).containsExactly("CLOSED 8 6");
    }

    @Test
    void passesOnTheServersEnd() {
        MemoryConn client = client();
        rig.server().arrive("bye");
        rig.server().end();
        assertThat(client.sentText()).isEqualTo("bye");
        assertThat(client.isOutputShut()).isTrue();
        client.arrive("still here");
        assertThat(rig.server().sentText()).isEqualTo("still here");
        client.end();

        assertThat(recorder.ends).containsExactly("CLOSED 10 3");
    }

    /** The end waits for what is before it. */
    @Test
    void endsBehindWhatWaits() {
        MemoryConn client = client();
        client.take(1);
        rig.server().arrive("slow");
        rig.server().end();
        assertThat(client.isOutputShut()).isFalse();
        client.take(Integer.MAX_VALUE);

        assertThat(client.sentText()).isEqualTo("slow");
        assertThat(client.isOutputShut()).isTrue();
    }

    @Test
    void waitsForTheSlowerSide() {
        MemoryConn client = client();
        client.take(0);
        for (int i = 0; i < 20; i++) {
            rig.server().arrive("x".repeat(100_000));
        }
        assertThat(rig.server().isPaused()).isTrue();
        assertThat(client.pending()).isLessThan(Conn.CONGESTED + (128 << 10));
        assertThat(rig.server().unreadBytes()).isPositive();
        client.take(Integer.MAX_VALUE);

        assertThat(client.sentText()).hasSize(2_000_000);
        assertThat(rig.server().isPaused()).isFalse();
    }

    @Test
    void doesNotReadTheClientBeforeTheServerIsThere() {
        rig.withSlowConnect();
        MemoryConn client = client();
        client.arrive("early");
        assertThat(client.unreadBytes()).isEqualTo(5);
        rig.server().connected();

        assertThat(rig.server().sentText()).isEqualTo("early");
    }

    @Test
    void triesAnotherServerWithAllBytes() {
        recorder.triesAgain = true;
        rig.withSlowConnect();
        MemoryConn client = client();
        client.arrive("early");
        rig.server().openWithin(TimeUnit.SECONDS.toNanos(1));
        rig.loop().pass(TimeUnit.SECONDS.toNanos(2));
        assertThat(rig.servers()).isEqualTo(2);
        rig.server().connected();

        assertThat(rig.server(0).isClosed()).isTrue();
        assertThat(rig.server().sentText()).isEqualTo("early");
        assertThat(recorder.ends).isEmpty();
    }

    @Test
    void closesWhenNoServerIsThere() {
        rig.withSlowConnect();
        MemoryConn client = client();
        rig.server().breaks();

        assertThat(client.isClosed()).isTrue();
        assertThat(recorder.ends).containsExactly("REFUSED 0 0");
    }

    @Test
    void endsWithEitherSide() {
        MemoryConn first = client();
        first.arrive("a");
        first.breaks();
        assertThat(rig.server().isClosed()).isTrue();
        MemoryConn second = client();
        rig.server().arrive("b");
        rig.server().breaks();
        assertThat(second.isClosed()).isTrue();
        assertThat(second.sentText()).isEqualTo("b");

        assertThat(recorder.ends).containsExactly("CLIENT_RESET 1 0", "SERVER_RESET 0 1");
    }

    @Test
    void endsAfterAnHourOfSilence() {
        MemoryConn client = client();
        for (int i = 0; i < 3; i++) {
            rig.loop().pass(TimeUnit.MINUTES.toNanos(59));
            client.arrive("a");
            rig.loop().pass(TimeUnit.MINUTES.toNanos(59));
            rig.server().arrive("b");
        }
        assertThat(recorder.ends).isEmpty();
        rig.loop().pass(TimeUnit.MINUTES.toNanos(61));

        assertThat(recorder.ends).containsExactly("IDLE 3 3");
        assertThat(client.isClosed()).isTrue();
        assertThat(rig.server().isClosed()).isTrue();
    }

    @Test
    void isCut() {
        MemoryConn client = client();
        recorder.last().cut();
        recorder.last().cut();

        assertThat(client.isClosed()).isTrue();
        assertThat(rig.server().isClosed()).isTrue();
        assertThat(recorder.ends).containsExactly("CUT 0 0");
    }
}
