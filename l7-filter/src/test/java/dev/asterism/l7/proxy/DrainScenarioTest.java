package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.authz.AuthzSpec;
import dev.asterism.l7.authz.RuleSpec;
import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.http2.FrameBytes;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.identity.Selector;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.match.MatchSpec;
import dev.asterism.l7.route.BranchSpec;
import dev.asterism.l7.route.RespondSpec;
import dev.asterism.l7.route.RouteSpec;
import dev.asterism.l7.route.SplitSpec;
import dev.asterism.l7.route.StickySpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Changes under way: of configurations, of endpoints, of callers. No request is lost but those that must end. */
class DrainScenarioTest {

    private static ServiceSpec spec(ServiceSide side, List<RouteSpec> routes, AuthzSpec rules) {
        return MeshRig.spec(
                side,
                Policies.balance("round"),
                Policies.traffic(Policies.retry(2)),
                routes,
                rules);
    }

    private final MeshRig rig =
            new MeshRig(spec(ServiceSide.OUTBOUND, List.of(), AuthzSpec.NONE), 1).endpoints(1, 2);

    @Test
    void noRequestIsLostOnReload() {
        List<MemoryConn> clients = new ArrayList<>();
        List<MeshRig.Asked> asked = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            MemoryConn client = rig.client();
            client.arrive(MeshRig.GET);
            clients.add(client);
            asked.add(rig.asked());
            rig.reload(
                    spec(
                            ServiceSide.OUTBOUND,
                            List.of(RouteSpec.named("r" + i, "t:1").to("default").build()),
                            AuthzSpec.NONE));
        }
        asked.forEach(one -> one.answers(200));

        clients.forEach(client -> assertThat(client.sentText()).startsWith("HTTP/1.1 200 "));
        int opened = rig.opened();
        MemoryConn after = rig.client();
        after.arrive(MeshRig.GET);
        rig.asked().answers(200);
        assertThat(rig.opened()).as("connections stay").isEqualTo(opened);
        assertThat(rig.observer().requests().getLast()).isEqualTo("200  r5 default 1");
    }

    @Test
    void anEndpointThatLeavesEndsWhatItHasBegun() {
        MemoryConn client = rig.client();
        client.arrive(MeshRig.GET);
        MeshRig.Asked asked = rig.asked();
        rig.endpoints(asked.port() == 1 ? 2 : 1);
        MemoryConn other = rig.client();
        other.arrive(MeshRig.GET);
        assertThat(rig.asked().port()).isNotEqualTo(asked.port());

        asked.answers(200);

        assertThat(client.sentText()).startsWith("HTTP/1.1 200 ");
        assertThat(asked.conn().isClosed()).isTrue();
    }

    @Test
    void anEndpointThatStaysKeepsItsBreaker() {
        MemoryConn client = rig.client();
        while (rig.observer().ejections().isEmpty()) {
            client.arrive(MeshRig.GET);
            MeshRig.Asked asked = rig.asked();
            asked.answers(asked.port() == 1 ? 500 : 200);
        }
        rig.endpoints(1, 2, 3, 4);
        rig.reload(spec(ServiceSide.OUTBOUND, List.of(), AuthzSpec.NONE));

        for (int i = 0; i < 12; i++) {
            client.arrive(MeshRig.GET);
            MeshRig.Asked asked = rig.asked();
            assertThat(asked.port()).isNotEqualTo(1);
            asked.answers(200);
        }
    }

    @Test
    void aStreamRefusedByAServerThatGoesIsSentToAnother() {
        MemoryConn client = rig.client(Caller.UNKNOWN, Spoken.HTTP_2);
        client.arrive(MeshRig.http2Get());
        int first = rig.servers(1).isEmpty() ? 2 : 1;
        rig.server(first).arrive(FrameBytes.join(FrameBytes.settings(), FrameBytes.goAway(0, 0)));
        rig.passMillis(200);
        rig.server(3 - first)
                .arrive(
                        FrameBytes.join(
                                FrameBytes.settings(),
                                FrameBytes.headers(1, true, ":status: 200")));

        assertThat(rig.observer().requests()).containsExactly("200   default 2");
    }

    @Test
    void aBlockedCallerIsCutWhereItIs() {
        Caller good = new Caller("web-2", List.of("web"), "10.0.0.2", "cd", "mesh");
        MemoryConn client = rig.client(MeshRig.WEB, Spoken.HTTP_2);
        client.arrive(MeshRig.http2Get());
        int port = rig.servers(1).isEmpty() ? 2 : 1;
        rig.server(port)
                .arrive(
                        FrameBytes.join(
                                FrameBytes.settings(),
                                FrameBytes.headers(1, false, ":status: 200"),
                                FrameBytes.data(1, false, "live")));
        MemoryConn other = rig.client(good, Spoken.HTTP);
        other.arrive(MeshRig.GET);
        client.sent();

        int cut = rig.dispatcher().cut(caller -> caller.fingerprint().equals("ab"));
        rig.loop().settle();

        assertThat(cut).isEqualTo(1);
        assertThat(String.join(" ", new FrameBytes().read(client.sent()))).contains("RST");
        assertThat(rig.dispatcher().live()).isEqualTo(1);
        rig.server(3 - port).arrive("HTTP/1.1 200 X\r\ncontent-length: 0\r\n\r\n");
        assertThat(other.sentText()).startsWith("HTTP/1.1 200 ");
    }

    // --- the order of work ---

    @Test
    void theServingSideStripsForgedHeadersAndTellsTheCaller() {
        MeshRig serving = new MeshRig(spec(ServiceSide.INBOUND, List.of(), AuthzSpec.NONE), 1);
        serving.endpoints(1);

        serving.client(MeshRig.WEB, Spoken.HTTP)
                .arrive("GET / HTTP/1.1\r\nHost: h\r\nX-Mesh-Peer-Name: root\r\n\r\n");

        assertThat(serving.asked().text())
                .doesNotContain("root")
                .contains("x-mesh-peer-name: web-1\r\n")
                .contains("x-request-id: ", "traceparent: ");
    }

    @Test
    void deniesByRuleAndSaysWhich() {
        AuthzSpec rules =
                new AuthzSpec(
                        AuthzSpec.Mode.ENFORCE,
                        List.of(),
                        List.of(
                                new RuleSpec(
                                        MatchSpec.ALL.withFrom(Selector.parse("group:web")),
                                        "t:1")));
        MeshRig serving = new MeshRig(spec(ServiceSide.INBOUND, List.of(), rules), 1);
        serving.endpoints(1);
        MemoryConn stranger = serving.client();
        stranger.arrive(MeshRig.GET);

        assertThat(stranger.sentText()).startsWith("HTTP/1.1 403 ").contains("reason: denied");
        assertThat(serving.observer().denials()).containsExactly("default");
        serving.client(MeshRig.WEB, Spoken.HTTP).arrive(MeshRig.GET);
        assertThat(serving.asked().port()).isEqualTo(1);
    }

    @Test
    void answersByItselfWhereARouteSaysSo() {
        rig.reload(
                spec(
                        ServiceSide.OUTBOUND,
                        List.of(
                                RouteSpec.named("fixed", "t:1")
                                        .respond(new RespondSpec(418, "short and stout"))
                                        .build()),
                        AuthzSpec.NONE));
        MemoryConn client = rig.client();
        client.arrive(MeshRig.GET);

        assertThat(client.sentText()).startsWith("HTTP/1.1 418 ").endsWith("short and stout");
        assertThat(rig.observer().requests()).containsExactly("418  fixed  0");
    }

    @Test
    void anotherBranchTakesWhatAnEmptyPoolCannot() {
        rig.reload(mostlyToNext());
        for (int i = 0; i < 5; i++) {
            rig.client().arrive(MeshRig.GET);
            rig.asked().answers(200);
        }

        assertThat(rig.observer().requests()).containsOnly("200  canary default 1");
        assertThat(rig.observer().emptyPools()).contains("next").hasSize(5);
    }

    /** Five failures eject the only endpoint of the pool; a second later one request probes it. */
    @Test
    void anotherBranchTakesWhatAPoolWithEjectedEndpointsOnlyCannot() {
        rig.reload(mostlyToNext());
        rig.pool("next", 9);
        int failed = 0;
        for (int i = 0; i < 30; i++) {
            rig.client().arrive(MeshRig.GET);
            MeshRig.Asked asked = rig.asked();
            asked.answers(asked.port() == 9 ? 500 : 200);
            failed += asked.port() == 9 ? 1 : 0;
        }
        assertThat(failed).isEqualTo(5);
        assertThat(rig.observer().emptyPools()).contains("next");

        rig.passMillis(1600);
        rig.client().arrive(MeshRig.GET);
        MeshRig.Asked probe = rig.asked();
        rig.client().arrive(MeshRig.GET);
        int meanwhile = rig.asked().port();
        probe.answers(200);
        rig.client().arrive(MeshRig.GET);

        assertThat(probe.port()).isEqualTo(9);
        assertThat(meanwhile).as("nobody else while the probe is under way").isNotEqualTo(9);
        assertThat(rig.observer().ejections()).last().isEqualTo("n9 is back");
    }

    private static ServiceSpec mostlyToNext() {
        return spec(
                ServiceSide.OUTBOUND,
                List.of(
                        RouteSpec.named("canary", "t:1")
                                .split(
                                        new SplitSpec(
                                                List.of(
                                                        BranchSpec.of("default", 1),
                                                        BranchSpec.of("next", 1000)),
                                                StickySpec.NONE,
                                                SplitSpec.OnEmpty.FALL_BACK))
                                .build()),
                AuthzSpec.NONE);
    }

    @Test
    void aHostOfNoServiceHasNoRoute() {
        MemoryConn client = rig.client();
        client.arrive("GET / HTTP/1.1\r\nHost: nobody\r\n\r\n");

        assertThat(client.sentText()).startsWith("HTTP/1.1 404 ").contains("reason: no_route");
        assertThat(rig.observer().requests()).containsExactly("404 no_route   0");
        assertThat(rig.observer().strays()).containsExactly("OUTBOUND nobody/");
    }
}
