package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.authz.AuthzSpec;
import dev.asterism.l7.authz.RuleSpec;
import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.identity.Selector;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.match.MatchSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who calls, and which trace a call belongs to, on its way through the filter. */
class IdentityScenarioTest {

    private static final Caller WITHOUT_GROUP =
            new Caller("web-1", List.of(), "10.0.0.1", "cd", "mesh");

    private static MeshRig serving() {
        AuthzSpec onlyWeb =
                new AuthzSpec(
                        AuthzSpec.Mode.ENFORCE,
                        List.of(),
                        List.of(
                                new RuleSpec(
                                        MatchSpec.ALL.withFrom(Selector.parse("group:web")),
                                        "t:1")));
        ServiceSpec spec =
                MeshRig.spec(
                        ServiceSide.INBOUND,
                        UpstreamPolicy.STANDARD,
                        Policies.traffic(Policies.retry(1)),
                        List.of(),
                        onlyWeb);
        return new MeshRig(spec, 1).endpoints(1);
    }

    @Test
    void forgedTrailersDoNotReachTheApplication() {
        MeshRig rig = serving();
        rig.client(MeshRig.WEB, Spoken.HTTP)
                .arrive(
                        String.join(
                                "\r\n",
                                "POST /a HTTP/1.1",
                                "Host: h",
                                "transfer-encoding: chunked",
                                "",
                                "1",
                                "x",
                                "0",
                                "X-Mesh-Peer: name=\"root\"",
                                "X-Forwarded-Client-Cert: root",
                                "x-sum: 1",
                                "",
                                ""));

        assertThat(rig.asked().text())
                .doesNotContain("root")
                .contains("x-mesh-peer-name: web-1\r\n")
                .endsWith("0\r\nx-sum: 1\r\n\r\n");
    }

    @Test
    void aPeerWithOtherGroupsLosesWhatItHasBegun() {
        MeshRig rig = serving();
        MemoryConn before = rig.client(MeshRig.WEB, Spoken.HTTP);
        before.arrive(MeshRig.GET);
        MeshRig.Asked begun = rig.asked();
        begun.conn().arrive("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc");

        // It has made another handshake: what it had under its former certificate is cut.
        assertThat(rig.dispatcher().cut(caller -> caller.equals(MeshRig.WEB))).isOne();

        assertThat(before.isClosed()).isTrue();
        assertThat(begun.conn().isClosed()).isTrue();
        MemoryConn after = rig.client(WITHOUT_GROUP, Spoken.HTTP);
        after.arrive(MeshRig.GET);
        assertThat(after.sentText()).startsWith("HTTP/1.1 403 ").contains("reason: denied");
    }

    @Test
    void allAttemptsOfARequestBelongToItsTrace() {
        String parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        MeshRig rig =
                new MeshRig(Policies.balance("round"), Policies.traffic(Policies.retry(1)))
                        .endpoints(1, 2);
        rig.client()
                .arrive(
                        "GET /a HTTP/1.1\r\nHost: orders\r\ntraceparent: "
                                + parent
                                + "\r\ntracestate: v=1\r\n\r\n");
        MeshRig.Asked first = rig.asked();
        first.answers(503);
        rig.passMillis(300);
        MeshRig.Asked second = rig.asked();

        assertThat(second.port()).isNotIn(0, first.port());
        assertThat(List.of(first.text(), second.text()))
                .allSatisfy(
                        text ->
                                assertThat(text)
                                        .contains(
                                                "traceparent: " + parent + "\r\n",
                                                "tracestate: v=1\r\n"));
    }
}
