package dev.asterism.l7.http2;

import static dev.asterism.l7.http2.FrameBytes.POST;
import static dev.asterism.l7.http2.FrameBytes.block;
import static dev.asterism.l7.http2.FrameBytes.data;
import static dev.asterism.l7.http2.FrameBytes.frame;
import static dev.asterism.l7.http2.FrameBytes.get;
import static dev.asterism.l7.http2.FrameBytes.headers;
import static dev.asterism.l7.http2.FrameBytes.ping;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.pipe.PipeHandler;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How long HTTP/2 clients may take. */
class Http2TimesTest extends Http2ClientRig {

    Http2TimesTest() {
        super(Spoken.HTTP_2);
    }

    private void passSeconds(long seconds) {
        rig.loop().pass(TimeUnit.SECONDS.toNanos(seconds));
    }

    @Test
    void waitsForThePrefaceTenSeconds() {
        client.arrive(new byte[] {'P', 'R', 'I'});
        passSeconds(9);
        assertThat(client.isClosed()).isFalse();
        passSeconds(1);
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void waitsForTheEndOfAHeaderBlockTenSeconds() {
        greet();
        passSeconds(100);
        client.arrive(frame(Frame.HEADERS, 0, 1, block(POST)));
        passSeconds(9);
        assertThat(seen()).isEmpty();
        client.arrive(frame(Frame.CONTINUATION, 0, 1, block("x: y")));
        passSeconds(1);

        assertThat(seen()).containsExactly("GOAWAY 0 " + ErrorCode.ENHANCE_YOUR_CALM);
    }

    @Test
    void saysFarewellToAConnectionWithoutStreams() {
        greet();
        client.arrive(get(1));
        passSeconds(200);
        rig.server().arrive("HTTP/1.1 204 No\r\n\r\n");
        assertThat(seen()).hasSize(1);
        passSeconds(200);
        client.arrive(ping());
        assertThat(seen()).containsExactly("PING ack");
        passSeconds(99);
        assertThat(client.isClosed()).isFalse();
        passSeconds(1);

        assertThat(seen()).containsExactly("GOAWAY 1 " + ErrorCode.NO_ERROR);
        assertThat(client.isOutputShut()).isTrue();
    }

    @Test
    void refusesABodyThatStopsAndGoesOnWithOthers() {
        greet();
        client.arrive(headers(1, false, POST));
        for (int i = 0; i < 30; i++) {
            passSeconds(10);
            client.arrive(data(1, false, "x".repeat(1500)));
        }
        passSeconds(10);
        client.arrive(data(1, false, "x"));
        passSeconds(29);
        assertThat(seen()).filteredOn(frame -> !frame.startsWith("WINDOW_UPDATE")).isEmpty();
        passSeconds(1);
        assertThat(seen()).singleElement().asString().startsWith("HEADERS 1 [:status: 408");
        assertThat(rig.server().isClosed()).isTrue();

        client.arrive(get(3));
        rig.server().arrive("HTTP/1.1 204 No\r\n\r\n");
        assertThat(seen()).containsExactly("HEADERS 3 [:status: 204] end");
    }

    @Test
    void resetsAStreamWhoseClientGivesNoWindow() {
        greet(Frame.INITIAL_WINDOW_SIZE, 1);
        client.arrive(get(1));
        rig.server().arrive("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        assertThat(seen()).endsWith("DATA 1 h");
        passSeconds(300);

        assertThat(seen()).containsExactly("RST_STREAM 1 " + ErrorCode.CANCEL);
        passSeconds(300);
        assertThat(rig.loop().batch().timers().armed()).isOne();
    }

    @Test
    void answersForAServerThatDoesNot() {
        greet();
        client.arrive(get(1));
        passSeconds(300);

        assertThat(seen()).singleElement().asString().startsWith("HEADERS 1 [:status: 504");
    }

    @Test
    void waitsWithoutEndBehindABodyThatHasCome() {
        MemoryConn other =
                rig.client(
                        rig.front(
                                Spoken.HTTP_2,
                                (exchange, head) -> {
                                    exchange.downstream().idleTime(0);
                                    rig.endpoint().send(exchange, head);
                                },
                                PipeHandler.NONE));
        other.arrive(FrameBytes.join(FrameBytes.PREFACE, FrameBytes.settings()));
        other.arrive(FrameBytes.headers(1, false, POST));
        other.arrive(data(1, false, "a"));
        other.arrive(data(1, true, "b"));
        assertThat(rig.server().sentText()).contains("POST /p");
        passSeconds(36_000);
        assertThat(rig.server().isClosed()).isFalse();
    }
}
