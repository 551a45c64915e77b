package dev.asterism.l7.front;

import static dev.asterism.l7.exchange.ProxyRig.GET;
import static dev.asterism.l7.exchange.ProxyRig.OK;
import static dev.asterism.l7.http2.FrameBytes.PREFACE;
import static dev.asterism.l7.http2.FrameBytes.get;
import static dev.asterism.l7.http2.FrameBytes.join;
import static dev.asterism.l7.http2.FrameBytes.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.exchange.ProxyRig;
import dev.asterism.l7.http2.FrameBytes;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DrainTest {

    private static final byte[] PONG =
            FrameBytes.frame(6, 1, 0, "draining".getBytes(StandardCharsets.US_ASCII));

    private final ProxyRig rig = new ProxyRig(UpstreamProtocol.HTTP_1);
    private final FrameBytes frames = new FrameBytes();
    private boolean done;

    private Drain drain() {
        return Drain.begin(
                rig.loop().batch(),
                List.of(rig.fronts()),
                TimeUnit.SECONDS.toNanos(30),
                _ -> done = true);
    }

    private void passMillis(long millis) {
        rig.loop().pass(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private List<String> seen(MemoryConn client) {
        return frames.readStreams(client.sent());
    }

    private MemoryConn http2() {
        MemoryConn client = rig.client();
        client.arrive(join(PREFACE, settings()));
        frames.read(client.sent());
        return client;
    }

    @Test
    void isDoneAtOnceWithoutConnections() {
        assertThat(drain().open()).isZero();
        assertThat(done).isTrue();
    }

    @Test
    void finishesWhatHasBegunOverHttp1() {
        MemoryConn client = rig.client();
        client.arrive(GET);
        Drain drain = drain();
        passMillis(5000);
        assertThat(drain.open()).isOne();
        rig.server().arrive(OK);

        assertThat(client.sentText()).contains("onnection: close").endsWith("hi");
        client.end();
        assertThat(client.isClosed()).isTrue();
        passMillis(50);
        assertThat(done).isTrue();
    }

    @Test
    void stillAnswersOnAConnectionThatWasIdle() {
        MemoryConn idle = rig.client();
        MemoryConn late = rig.client();
        for (MemoryConn each : List.of(idle, late)) {
            each.arrive(GET);
            rig.server().arrive(OK);
            each.sent();
        }
        drain();
        passMillis(900);
        late.arrive(GET);
        rig.server().arrive(OK);
        assertThat(late.sentText()).contains("onnection: close").endsWith("hi");
        passMillis(101);

        assertThat(idle.isClosed()).isTrue();
        assertThat(idle.sentText()).isEmpty();
    }

    @Test
    void answersWhoeverComesWhileItDrains() {
        MemoryConn client = rig.client();
        client.arrive(GET);
        drain();
        MemoryConn late = rig.client();
        late.arrive(GET);
        rig.server().arrive(OK);

        assertThat(late.sentText()).contains("onnection: close").endsWith("hi");
    }

    @Test
    void announcesItOverHttp2BeforeItRefuses() {
        MemoryConn client = http2();
        client.arrive(get(1));
        drain();
        rig.loop().settle();
        assertThat(seen(client)).containsExactly("GOAWAY 2147483647 0", "PING");
        client.arrive(get(3));
        assertThat(rig.servers()).isEqualTo(2);
        client.arrive(join(PONG, get(5)));
        assertThat(seen(client)).containsExactly("GOAWAY 3 0", "RST_STREAM 5 7");

        rig.server(0).arrive(OK);
        rig.server(1).arrive(OK);
        assertThat(seen(client)).contains("DATA 1 hi end", "DATA 3 hi end");
        assertThat(client.isOutputShut()).isTrue();
        client.end();
        passMillis(50);
        assertThat(done).isTrue();
    }

    @Test
    void doesNotWaitForeverForThePong() {
        MemoryConn client = http2();
        drain();
        passMillis(1000);

        assertThat(seen(client)).containsExactly("GOAWAY 2147483647 0", "PING", "GOAWAY 0 0");
        passMillis(2050);
        assertThat(done).isTrue();
    }

    @Test
    void resetsWhatIsLeftWhenTheTimeIsOver() {
        MemoryConn one = rig.client();
        one.arrive(GET);
        MemoryConn two = http2();
        two.arrive(get(1));
        Drain drain = drain();
        passMillis(29_999);
        assertThat(done).isFalse();
        assertThat(drain.open()).isEqualTo(2);
        passMillis(1);

        assertThat(done).isTrue();
        assertThat(drain.open()).isZero();
        assertThat(one.isClosed()).isTrue();
        assertThat(two.isClosed()).isTrue();
        assertThat(rig.server(0).isClosed()).isTrue();
        assertThat(rig.server(1).isClosed()).isTrue();
        assertThat(rig.loop().batch().timers().armed()).isZero();
    }
}
