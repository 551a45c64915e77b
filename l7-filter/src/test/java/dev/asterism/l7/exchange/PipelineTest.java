package dev.asterism.l7.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.io.Conn;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.pipe.PipeHandler;
import dev.asterism.l7.upstream.UpstreamProtocol;
import org.junit.jupiter.api.Test;

/** HTTP/1 clients that are far ahead. */
class PipelineTest {

    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    private static final String UPGRADE =
            "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    private static final String SWITCHES =
            "HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n";

    private final ProxyRig rig = new ProxyRig(UpstreamProtocol.HTTP_1);
    private final MemoryConn client = rig.client();

    @Test
    void beginsNoRequestWhileNobodyReadsTheAnswers() {
        int[] requests = {0};
        MemoryConn other =
                rig.client(
                        rig.front(
                                Spoken.HTTP,
                                (exchange, head) -> {
                                    requests[0]++;
                                    exchange.refuse(LocalAnswer.NO_ENDPOINT);
                                },
                                PipeHandler.NONE));
        other.take(0);
        for (int i = 0; i < 100; i++) {
            other.arrive(GET.repeat(1000));
        }
        assertThat(other.pending()).isLessThan(Conn.CONGESTED + 1024);
        assertThat(other.unreadBytes()).isPositive();
        assertThat(requests[0]).isLessThan(10_000);

        for (int i = 0; i < 1000 && requests[0] < 100_000; i++) {
            other.take(1_000_000);
        }
        other.take(Integer.MAX_VALUE);
        assertThat(requests[0]).isEqualTo(100_000);
        assertThat(other.sentText().split("HTTP/1.1 503 ", -1)).hasSize(100_001);
        assertThat(other.isPaused()).isFalse();
    }

    @Test
    void doesNotHangAnUpgradeBehindWhichMuchHasCome() {
        String early = "x".repeat(100_000);
        client.arrive(UPGRADE + early);
        assertThat(client.isPaused()).isTrue();
        rig.server().sent();
        rig.server().arrive(SWITCHES);

        assertThat(rig.server().sentText()).isEqualTo(early);
        assertThat(client.isPaused()).isFalse();
        client.arrive("more");
        assertThat(rig.server().sentText()).isEqualTo("more");
    }

    @Test
    void watchesAClientOfHttp10ThatUpgrades() {
        client.arrive(
                "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: close, Upgrade\r\nUpgrade: websocket\r\n\r\n");

        assertThat(client.protocol().waits()).isTrue();
    }

    /** A server that takes the body slowly must not make us read the requests behind it without end. */
    @Test
    void staysPausedForWhatIsAheadWhenTheUpstreamTakesMore() {
        rig.withSlowConnect();
        client.arrive("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 300000\r\n\r\n");
        client.arrive("b".repeat(300_000));
        client.arrive(GET.repeat(5000));
        for (int i = 0; i < 20; i++) {
            client.arrive(GET.repeat(1000));
        }
        int held = client.heldBytes();
        rig.server().take(100_000);
        rig.server().connected();
        rig.server().take(Integer.MAX_VALUE);

        assertThat(client.heldBytes()).isLessThan(Math.max(held, 192 << 10) + 1);
        assertThat(client.isPaused()).isTrue();
        for (int i = 0; i <= 25_000; i++) {
            rig.server().arrive(OK);
        }
        assertThat(client.sentText()).isEqualTo(OK.repeat(25_001));
    }
}
