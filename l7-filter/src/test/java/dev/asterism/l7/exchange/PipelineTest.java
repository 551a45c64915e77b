package dev.asterism.l7.exchange;

import static dev.asterism.l7.exchange.ProxyRig.GET;
import static dev.asterism.l7.exchange.ProxyRig.OK;
import static dev.asterism.l7.exchange.ProxyRig.SWITCHES;
import static dev.asterism.l7.exchange.ProxyRig.UPGRADE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.io.Conn;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.pipe.PipeHandler;
import dev.asterism.l7.upstream.UpstreamProtocol;
import org.junit.jupiter.api.Test;

/** HTTP/1 clients that are far ahead. */
class PipelineTest {

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

    /**
     * A body whose end fills the upstream side, with more requests behind it in one read than may wait: when the
     * upstream side takes more, the client still waits for its answers.
     */
    @Test
    void staysPausedForWhatIsAheadWhenTheUpstreamTakesMore() {
        rig.withSlowConnect();
        client.arrive("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 266000\r\n\r\n");
        client.arrive("b".repeat(131_000));
        client.arrive("b".repeat(120_000));
        assertThat(client.isPaused()).as("there is room for more").isFalse();
        client.arrive("b".repeat(15_000) + GET.repeat(3500));
        client.arrive(GET.repeat(1500));
        int unread = client.unreadBytes();
        assertThat(unread).isPositive();

        rig.server().connected();

        assertThat(client.isPaused()).isTrue();
        assertThat(client.unreadBytes()).isEqualTo(unread);
        for (int i = 0; i <= 5000; i++) {
            rig.server().arrive(OK);
        }
        assertThat(client.sentText()).isEqualTo(OK.repeat(5001));
        assertThat(client.isPaused()).isFalse();
    }
}
