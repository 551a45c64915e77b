package dev.asterism.l7.exchange;

import static dev.asterism.l7.exchange.ProxyRig.GET;
import static dev.asterism.l7.exchange.ProxyRig.OK;
import static dev.asterism.l7.exchange.ProxyRig.SWITCHES;
import static dev.asterism.l7.exchange.ProxyRig.UPGRADE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.pipe.PipeHandler;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How long HTTP/1 clients may take. */
class ClientTimesTest {

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
        passMillis(19_990);
        client.arrive("x");
        assertThat(client.sentText()).isEmpty();
        passMillis(20);

        assertThat(client.sentText()).startsWith("HTTP/1.1 408 ").contains("onnection: close");
        assertThat(rig.server().isClosed()).isTrue();
    }

    private static String post(int length) {
        return "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + length + "\r\n\r\n";
    }

    /** 1 KiB in each 20 s: less is refused, however often a byte comes, and however much came before. */
    @Test
    void refusesABodyThatTrickles() {
        client.arrive(post(100_000));
        for (int i = 0; i < 100; i++) {
            passMillis(900);
            client.arrive("x".repeat(60));
        }
        assertThat(client.sentText()).isEmpty();
        for (int i = 0; i < 45; i++) {
            passMillis(900);
            client.arrive("x");
        }

        assertThat(client.sentText())
                .startsWith("HTTP/1.1 408 ")
                .contains("x-mesh-reason: timeout");
    }

    @Test
    void aBodyThatTheServerDoesNotTakeIsNotSlow() {
        client.arrive(post(10_000_000));
        rig.server().take(0);
        client.arrive("x".repeat(600_000));
        assertThat(client.isPaused()).isTrue();
        passMinutes(4);
        rig.server().take(Integer.MAX_VALUE);
        assertThat(client.isPaused()).isFalse();
        passMillis(39_000);
        assertThat(client.sentText()).isEmpty();
        passMillis(1_010);
        assertThat(client.sentText())
                .as("nothing came for a whole period")
                .startsWith("HTTP/1.1 408 ");
    }

    @Test
    void aBodyMayTrickleBehindTheAnswersHead() {
        client.arrive(post(1000));
        rig.server().arrive("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
        client.sentText();
        for (int i = 0; i < 9; i++) {
            passMinutes(4);
            client.arrive("x");
        }
        assertThat(client.isClosed()).isFalse();
    }

    @Test
    void aClientMayWaitFor100Continue() {
        client.arrive(
                "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n");
        passMinutes(4);
        assertThat(client.sentText()).isEmpty();
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

    private MemoryConn withoutEnd() {
        return rig.client(
                rig.front(
                        Spoken.HTTP,
                        (exchange, head) -> {
                            exchange.downstream().idleTime(0);
                            rig.endpoint().send(exchange, head);
                        },
                        PipeHandler.NONE));
    }

    @Test
    void waitsWithoutEndBehindABodyThatHasCome() {
        MemoryConn other = withoutEnd();
        other.arrive(post(10) + "01234");
        other.arrive("56789");
        passMinutes(600);
        rig.server().arrive(OK);
        assertThat(other.sentText()).isEqualTo(OK);
    }

    @Test
    void waitsWithoutEndForAServerThatTakesNoMoreOfABody() {
        MemoryConn other = withoutEnd();
        other.arrive(post(10_000_000));
        rig.server().take(0);
        other.arrive("x".repeat(600_000));
        assertThat(other.isPaused()).isTrue();
        passMinutes(600);
        assertThat(other.sentText()).isEmpty();
        assertThat(rig.server().isClosed()).isFalse();
    }

    @Test
    void aClientThatAskedFor100ContinueHasToGoOnOnceItSends() {
        client.arrive(
                "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n");
        passMinutes(4);
        client.arrive("x");
        passMillis(19_000);
        client.arrive("x");
        assertThat(client.sentText()).isEmpty();
        passMillis(1_010);
        assertThat(client.sentText()).startsWith("HTTP/1.1 408 ");
    }
}
