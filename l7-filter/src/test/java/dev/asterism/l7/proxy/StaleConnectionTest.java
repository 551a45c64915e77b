package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.authz.AuthzSpec;
import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.http2.FrameBytes;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.io.MemoryConn;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A kept connection that the server closes just as the next request is sent on it. */
class StaleConnectionTest {

    private final MeshRig rig = rig(1);
    private final MemoryConn client = rig.client();

    private static MeshRig rig(int times) {
        return new MeshRig(
                        UpstreamPolicy.STANDARD, Policies.traffic(Policies.retry(times, "connect")))
                .endpoints(1);
    }

    /** So many connections to the server that wait for requests. */
    private static void keep(MeshRig rig, int count) {
        List<MeshRig.Asked> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rig.client().arrive(MeshRig.GET);
            all.add(rig.asked());
        }
        all.forEach(asked -> asked.answers(200));
        assertThat(rig.opened()).isEqualTo(count);
    }

    private static String request(String method, String rest) {
        return method + " /a HTTP/1.1\r\nHost: orders\r\n" + rest + "\r\n";
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "DELETE"})
    void isSentOnceMoreOnANewConnectionWhenThatIsSafe(String method) {
        keep(rig, 1);
        client.arrive(request(method, ""));
        MeshRig.Asked stale = rig.asked();
        assertThat(stale.text()).startsWith(method);
        stale.conn().end();

        MeshRig.Asked again = rig.asked();
        assertThat(again.text()).startsWith(method + " /a ").contains("x-mesh-attempt: 2\r\n");
        assertThat(rig.opened()).isEqualTo(2);
        again.answers(204);
        assertThat(client.sentText()).startsWith("HTTP/1.1 204 ");
        assertThat(rig.observer().attempts()).hasSize(3);
        assertThat(rig.observer().ejections()).as("no fault of the endpoint").isEmpty();
    }

    @Test
    void aBodyIsSentAgainWhole() {
        keep(rig, 1);
        client.arrive(request("PUT", "content-length: 6\r\n") + "abc");
        assertThat(rig.asked().text()).endsWith("abc");
        rig.server(1).breaks();
        assertThat(rig.asked().text()).endsWith("\r\n\r\nabc");
        client.arrive("def");
        assertThat(rig.asked().text()).isEqualTo("def");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PATCH", "FOO"})
    void isNotSentAgainWhenTheServerMayHaveDoneIt(String method) {
        keep(rig, 1);
        client.arrive(request(method, "content-length: 0\r\n"));
        rig.asked().conn().end();
        rig.passMillis(5000);

        assertThat(client.sentText())
                .startsWith("HTTP/1.1 502 ")
                .contains("x-mesh-reason: upstream_reset");
        assertThat(rig.asked().port()).isZero();
        assertThat(rig.opened()).isEqualTo(1);
    }

    /** Whatever is left of the request would be sent twice to a server that has begun to answer. */
    @ParameterizedTest
    @CsvSource({"HTTP/1.1 1, 502", "'HTTP/1.1 100 Continue\r\n\r\n', 502"})
    void isNotStaleOnceTheServerHasSaidSomething(String said, int status) {
        keep(rig, 1);
        client.arrive(MeshRig.GET);
        MeshRig.Asked asked = rig.asked();
        asked.conn().arrive(said.replace("\\r\\n", "\r\n"));
        asked.conn().breaks();

        assertThat(client.sentText()).contains("HTTP/1.1 " + status + " ");
        assertThat(rig.asked().port()).isZero();
    }

    @Test
    void aNewConnectionIsNeverStale() {
        client.arrive(MeshRig.GET);
        rig.asked().conn().end();

        assertThat(client.sentText()).startsWith("HTTP/1.1 502 ");
        assertThat(rig.asked().port()).isZero();
    }

    /** A server that ends closes all that it kept: one retry is enough all the same. */
    @Test
    void theRetryDoesNotMeetTheNextStaleConnection() {
        keep(rig, 5);
        client.arrive(MeshRig.GET);
        rig.asked().conn().breaks();

        MeshRig.Asked again = rig.asked();
        assertThat(again.conn()).isSameAs(rig.server(1));
        assertThat(rig.opened()).as("a new one").isEqualTo(6);
        again.answers(200);
        assertThat(client.sentText()).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void isSentOnceMoreAndNotTwice() {
        keep(rig, 1);
        client.arrive(MeshRig.GET);
        rig.asked().conn().end();
        rig.asked().conn().end();
        rig.passMillis(5000);

        assertThat(client.sentText()).startsWith("HTTP/1.1 502 ");
        assertThat(rig.asked().port()).isZero();
    }

    @Test
    void isNotSentAgainWhereNobodyWantsRetries() {
        MeshRig none = rig(0);
        keep(none, 1);
        MemoryConn own = none.client();
        own.arrive(MeshRig.GET);
        none.asked().conn().end();

        assertThat(own.sentText()).startsWith("HTTP/1.1 502 ");
    }

    /** The loop has not been told of the end: only the kernel knows, and is asked where nothing may be sent twice. */
    @ParameterizedTest
    @ValueSource(strings = {"POST", "PATCH", "FOO"})
    void whatMayNotBeSentTwiceGetsNoConnectionThatHasEnded(String method) {
        keep(rig, 3);
        rig.servers(1).get(1).endUnseen();
        rig.servers(1).get(2).endUnseen();
        client.arrive(request(method, "content-length: 0\r\n"));

        MeshRig.Asked asked = rig.asked();
        assertThat(asked.conn()).isSameAs(rig.servers(1).getFirst());
        assertThat(rig.opened()).isEqualTo(3);
        assertThat(rig.servers(1).get(1).isClosed()).isTrue();
        asked.answers(200);
        assertThat(client.sentText()).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aKeptConnectionOfHttp2IsStaleUntilTheServerSaysSomething() {
        MemoryConn other = rig.client(Caller.UNKNOWN, Spoken.HTTP_2);
        other.arrive(MeshRig.http2Get());
        byte[] answer = FrameBytes.headers(1, true, ":status: 200");
        rig.server(1).arrive(FrameBytes.join(FrameBytes.settings(), answer));
        other.arrive(stream(3));
        rig.server(1).end();
        rig.server(1).arrive(FrameBytes.join(FrameBytes.settings(), answer));
        assertThat(rig.observer().requests()).containsExactly("200   default 1", "200   default 2");

        other.arrive(stream(5));
        rig.server(1).arrive(FrameBytes.ping());
        rig.server(1).end();
        assertThat(rig.observer().requests().getLast()).startsWith("502");
        assertThat(rig.opened()).isEqualTo(2);
    }

    private static byte[] stream(int id) {
        return FrameBytes.headers(
                id, true, ":method: GET", ":scheme: http", ":authority: orders", ":path: /a");
    }

    @Test
    void theServingSideSendsOnceMoreAsWell() {
        MeshRig serving =
                new MeshRig(
                                MeshRig.spec(
                                        ServiceSide.INBOUND,
                                        UpstreamPolicy.STANDARD,
                                        TrafficPolicy.STANDARD,
                                        List.of(),
                                        AuthzSpec.NONE),
                                1)
                        .endpoints(1);
        MemoryConn peer = serving.client(MeshRig.WEB, Spoken.HTTP);
        peer.arrive(MeshRig.GET);
        serving.asked().answers(200);
        peer.sentText();
        peer.arrive(MeshRig.GET);
        serving.asked().conn().end();
        serving.asked().answers(204);

        assertThat(peer.sentText()).startsWith("HTTP/1.1 204 ");
        assertThat(serving.opened()).isEqualTo(2);
    }

    @Test
    void anIdleConnectionThatEndsIsForgotten() {
        keep(rig, 1);
        rig.server(1).end();
        client.arrive(request("POST", "content-length: 0\r\n"));
        assertThat(rig.opened()).isEqualTo(2);
        rig.asked().answers(200);
        assertThat(client.sentText()).startsWith("HTTP/1.1 200 ");
    }
}
