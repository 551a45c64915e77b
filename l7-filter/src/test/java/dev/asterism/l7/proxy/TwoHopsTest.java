package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.authz.AuthzSpec;
import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.io.MemoryConn;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The caller's filter and the serving one, with what the first sends given to the second. */
class TwoHopsTest {

    private final MeshRig calling =
            new MeshRig(Policies.balance("round"), Policies.traffic(Policies.retry(3)))
                    .endpoints(1, 2);
    private final MeshRig serving =
            new MeshRig(
                            MeshRig.spec(
                                    ServiceSide.INBOUND,
                                    Policies.balance("round"),
                                    Policies.traffic(Policies.retry(3)),
                                    List.of(),
                                    AuthzSpec.NONE),
                            2)
                    .endpoints(9);
    private final Map<MemoryConn, MemoryConn> hops = new HashMap<>();

    /** Carries what waits from one filter to the other and back; returns how often the application was asked. */
    private int carry() {
        MeshRig.Asked out = calling.asked();
        if (out.port() == 0) {
            return 0;
        }
        MemoryConn in =
                hops.computeIfAbsent(out.conn(), _ -> serving.client(MeshRig.WEB, Spoken.HTTP));
        in.arrive(out.text());
        int asked = 0;
        for (MeshRig.Asked at = serving.asked(); at.port() != 0; at = serving.asked()) {
            at.answers(503);
            serving.passMillis(300);
            asked++;
        }
        out.conn().arrive(in.sentText());
        return asked;
    }

    @Test
    void theAttemptsOfTwoHopsAddUp() {
        MemoryConn client = calling.client();
        client.arrive(MeshRig.GET);
        int asked = 0;
        for (int i = 0; i < 40; i++) {
            asked += carry();
            calling.passMillis(50);
        }

        assertThat(asked).as("one attempt and three retries, of the first hop only").isEqualTo(4);
        assertThat(client.sentText()).startsWith("HTTP/1.1 503 ");
        assertThat(serving.observer().retries()).isEmpty();
    }

    /** The node is there and its application is not: the caller's filter asks another, if the method allows that. */
    @Test
    void whatTheApplicationWasNotAskedGoesToAnotherNode() {
        MemoryConn client = calling.client();
        client.arrive(MeshRig.GET);
        calling.asked().answers(503, "x-mesh-reason: no_endpoint\r\n");
        MeshRig.Asked second = calling.asked();
        assertThat(second.port()).as("at once, without a pause").isNotZero();
        second.answers(200);

        assertThat(client.sentText()).startsWith("HTTP/1.1 200 ");
        assertThat(calling.observer().retries()).containsExactly(RetryOutcome.SENT);
    }

    @Test
    void anApplicationsOwn503AndAPostAreNotSentAgain() {
        MemoryConn own = calling.client();
        own.arrive(MeshRig.GET);
        calling.asked().answers(500, "x-mesh-reason: no_endpoint\r\n");
        MemoryConn limited = calling.client();
        limited.arrive(MeshRig.GET);
        calling.asked().answers(503, "x-mesh-reason: overflow\r\n");
        MemoryConn post = calling.client();
        post.arrive("POST /a HTTP/1.1\r\nHost: orders\r\ncontent-length: 0\r\n\r\n");
        calling.asked().answers(503, "x-mesh-reason: no_endpoint\r\n");

        assertThat(own.sentText()).startsWith("HTTP/1.1 500 ");
        assertThat(post.sentText()).startsWith("HTTP/1.1 503 ");
        assertThat(calling.asked().port()).isZero();
    }

    /** Nobody else is there: it is asked again after a pause, and not before it wants to be. */
    @Test
    void theOnlyNodeIsAskedAgainAfterAPause() {
        MeshRig alone =
                new MeshRig(Policies.balance("round"), Policies.traffic(Policies.retry(3)))
                        .endpoints(1);
        MemoryConn client = alone.client();
        client.arrive(MeshRig.GET);
        alone.asked().answers(503, "x-mesh-reason: draining\r\nretry-after: 2\r\n");

        alone.passMillis(1_900);
        assertThat(alone.asked().port()).isZero();
        alone.passMillis(200);
        alone.asked().answers(200);
        assertThat(client.sentText()).startsWith("HTTP/1.1 200 ");
    }
}
