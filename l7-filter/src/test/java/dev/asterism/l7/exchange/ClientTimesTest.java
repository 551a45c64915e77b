package dev.asterism.l7.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.pipe.PipeHandler;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How long HTTP/1 clients may take. */
class ClientTimesTest {

    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    private static final String UPGRADE =
            "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    private static final String SWITCHES =
            "HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n";

    private final ProxyRig rig = new ProxyRig(UpstreamProtocol.HTTP_1);
    private final MemoryConn client = rig.client();

    private void passMillis(long millis) {
        rig.loop().pass(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private void passMinutes(long minutes) {
        rig.loop().pass(TimeUnit.MINUTES.toNanos(minutes));
    }

    @Test
    void refusesAHeadThatComesTooSlowly() {
        for (int i = 0; i < 10; i++) {
            client.arrive("GET / HTTP".substring(i, i + 1));
            passMillis(999);
        }
        assertThat(client.sentText()).isEmpty();
        passMillis(11);

        assertThat(client.sentText())
                .startsWith("HTTP/1.1 408 ")
                .contains("x-mesh-reason: timeout");
        assertThat(client.isOutputShut()).isTrue();
        assertThat(client.isClosed()).isFalse();
        passMillis(2000);
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void givesEachHeadItsOwnTime() {
        for (int i = 0; i < 5; i++) {
            client.arrive("GET / HTTP/1.1\r\n");
            passMillis(9000);
            client.arrive("Host: h\r\n\r\n");
            rig.server().arrive(OK);
            assertThat(client.sentText()).isEqualTo(OK);
        }
        passMillis(60_000);
        assertThat(client.isClosed()).isFalse();
    }

    @Test
    void closesAnIdleConnectionWithoutAWord() {
        client.arrive(GET);
        rig.server().arrive(OK);
        assertThat(client.sentText()).isEqualTo(OK);
        passMillis(TimeUnit.MINUTES.toMillis(5) - 1);
        assertThat(client.isClosed()).isFalse();
        passMillis(2);

        assertThat(client.isClosed()).isTrue();
        assertThat(client.sentText()).isEmpty();
        assertThat(rig.loop().batch().timers().armed()).isZero();
    }

    @Test
    void refusesABodyThatStops() {
        client.arrive("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n");
        for (int i = 0; i < 9; i++) {
            passMinutes(4);
            client.arrive("x");
        }
        assertThat(client.sentText()).isEmpty();
        passMinutes(5);

        assertThat(client.sentText()).startsWith("HTTP/1.1 408 ").contains("onnection: close");
        assertThat(rig.server().isClosed()).isTrue();
    }

    @Test
    void answersForAServerThatDoesNot() {
        client.arrive(GET);
        passMinutes(5);

        assertThat(client.sentText())
                .startsWith("HTTP/1.1 504 ")
                .contains("x-mesh-reason: timeout");
        assertThat(rig.server().isClosed()).isTrue();
        client.arrive(GET);
        rig.server().arrive(OK);
        assertThat(client.sentText()).isEqualTo(OK);
    }

    @Test
    void cutsAnAnswerThatStops() {
        client.arrive(GET);
        rig.server().arrive("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
        for (int i = 0; i < 8; i++) {
            passMinutes(4);
            rig.server().arrive("x");
        }
        assertThat(client.isClosed()).isFalse();
        passMinutes(5);

        assertThat(client.isClosed()).isTrue();
        assertThat(rig.server().isClosed()).isTrue();
    }

    @Test
    void dropsAClientThatDoesNotRead() {
        client.take(100);
        client.arrive(GET);
        rig.server()
                .arrive("HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n" + "x".repeat(900_000));
        passMinutes(5);
        assertThat(rig.server().isClosed()).isTrue();
        assertThat(client.isClosed()).isFalse();
        passMillis(30_000);

        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void goesByTheIdleTimeOfARoute() {
        MemoryConn other =
                rig.client(
                        rig.front(
                                Spoken.HTTP,
                                (exchange, head) -> {
                                    exchange.downstream().idleTime(TimeUnit.SECONDS.toNanos(3));
                                    rig.endpoint().send(exchange, head);
                                },
                                PipeHandler.NONE));
        other.arrive(GET);
        passMillis(2999);
        assertThat(other.sentText()).isEmpty();
        passMillis(2);
        assertThat(other.sentText()).startsWith("HTTP/1.1 504 ");
    }

    @Test
    void mayWaitWithoutEnd() {
        MemoryConn other =
                rig.client(
                        rig.front(
                                Spoken.HTTP,
                                (exchange, head) -> {
                                    exchange.downstream().idleTime(0);
                                    rig.endpoint().send(exchange, head);
                                },
                                PipeHandler.NONE));
        other.arrive(GET);
        passMinutes(600);
        rig.server().arrive(OK);
        assertThat(other.sentText()).isEqualTo(OK);
    }

    @Test
    void keepsAWebSocketForAnHourOfSilence() {
        client.arrive(UPGRADE);
        rig.server().arrive(SWITCHES);
        client.sent();
        for (int i = 0; i < 4; i++) {
            passMinutes(59);
            client.arrive("ping");
            passMinutes(59);
            rig.server().arrive("pong");
            assertThat(client.sentText()).isEqualTo("pong");
        }
        passMinutes(60);

        assertThat(client.isClosed()).isTrue();
        assertThat(rig.server().isClosed()).isTrue();
    }

    @Test
    void losesAServerThatDoesNotConnect() {
        rig.withSlowConnect();
        client.arrive(GET);
        rig.server().openWithin(TimeUnit.SECONDS.toNanos(1));
        passMillis(999);
        assertThat(client.sentText()).isEmpty();
        passMillis(2);

        assertThat(client.sentText()).startsWith("HTTP/1.1 503 ").contains("no_endpoint");
    }

    @Test
    void doesNotCountTheConnectTimeOfAnOpenConnection() {
        rig.withSlowConnect();
        client.arrive(GET);
        rig.server().openWithin(TimeUnit.SECONDS.toNanos(1));
        rig.server().connected();
        passMillis(5000);
        rig.server().arrive(OK);

        assertThat(client.sentText()).isEqualTo(OK);
    }
}
