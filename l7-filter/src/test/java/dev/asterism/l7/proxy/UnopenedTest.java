package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.io.Unopened;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connections that do not open: no server can have seen the request, whatever its method. */
class UnopenedTest {

    private static final String POST =
            "POST /a HTTP/1.1\r\nHost: orders\r\ncontent-length: 3\r\n\r\nabc";

    private static MeshRig rig(int times) {
        return new MeshRig(
                        UpstreamPolicy.STANDARD, Policies.traffic(Policies.retry(times, "connect")))
                .endpoints(1, 2)
                .isSilent(1)
                .isSilent(2);
    }

    @ParameterizedTest
    @CsvSource({
        "UNREACHABLE, 503, no_endpoint",
        "BACKLOG, 503, backlog",
        "DESCRIPTORS, 503, no_descriptor",
        "LOOP, 508, loop"
    })
    void isNamedWhenThereIsNoRetry(Unopened why, int status, String reason) {
        MeshRig rig = rig(0);
        MemoryConn client = rig.client();
        client.arrive(POST);
        rig.server(rig.servers(1).isEmpty() ? 2 : 1).doesNotOpen(why);

        assertThat(client.sentText())
                .startsWith("HTTP/1.1 " + status + " ")
                .contains("x-mesh-reason: " + reason + "\r\n");
        assertThat(rig.observer().attempts()).hasSize(1);
        assertThat(rig.observer().attempts().getFirst()).contains(reason);
    }

    @ParameterizedTest
    @CsvSource({"UNREACHABLE", "BACKLOG"})
    void goesToAnotherEndpointWithItsBody(Unopened why) {
        MeshRig rig = rig(1);
        MemoryConn client = rig.client();
        client.arrive(POST);
        int first = rig.servers(1).isEmpty() ? 2 : 1;
        rig.server(first).doesNotOpen(why);
        rig.server(3 - first).connected();

        assertThat(rig.asked().text()).startsWith("POST ").endsWith("\r\n\r\nabc");
        rig.server(3 - first).arrive("HTTP/1.1 201 C\r\ncontent-length: 0\r\n\r\n");
        assertThat(client.sentText()).startsWith("HTTP/1.1 201 ");
    }

    /** They are wanting for any endpoint, and not for a moment only. */
    @Test
    void wantOfDescriptorsIsNotTriedAgainAtOnce() {
        MeshRig rig = rig(1);
        rig.client().arrive(POST);
        int first = rig.servers(1).isEmpty() ? 2 : 1;
        rig.server(first).doesNotOpen(Unopened.DESCRIPTORS);
        assertThat(rig.opened()).isEqualTo(1);

        rig.passMillis(250);
        assertThat(rig.opened()).isEqualTo(2);
        rig.server(rig.servers(3 - first).isEmpty() ? first : 3 - first).connected();
        assertThat(rig.asked().text()).startsWith("POST ").endsWith("\r\n\r\nabc");
    }

    /** Five failures in a row eject; want of descriptors here is none of the endpoint's. */
    @ParameterizedTest
    @CsvSource({"BACKLOG, true", "DESCRIPTORS, false", "LOOP, false"})
    void onlyWhatIsTheEndpointsFaultCounts(Unopened why, boolean ejects) {
        MeshRig rig = rig(0).endpoints(1);
        for (int i = 0; i < 6; i++) {
            rig.client().arrive(POST);
            rig.servers(1).stream().filter(c -> !c.isClosed()).forEach(c -> c.doesNotOpen(why));
        }
        assertThat(rig.observer().ejections().isEmpty()).isEqualTo(!ejects);
    }

    @Test
    void aNameStaysTheSameForHttp2() {
        MeshRig rig = rig(0);
        MemoryConn client = rig.client(Caller.UNKNOWN, Spoken.HTTP_2);
        client.arrive(MeshRig.http2Get());
        rig.server(rig.servers(1).isEmpty() ? 2 : 1).doesNotOpen(Unopened.BACKLOG);

        assertThat(rig.observer().attempts().getFirst()).contains("backlog");
    }
}
