package dev.asterism.lighthouse.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.lighthouse.server.LighthouseServerEvent;
import dev.asterism.mesh.Mesh;
import dev.asterism.mesh.MeshHost;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.node.RemovalReason;
import dev.asterism.overlay.node.TunnelEvent;
import dev.asterism.overlay.packet.PacketOutcome;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimMesh;
import java.time.Duration;

/** Certificates, rules and lighthouses that change while traffic flows (spec conformance.md A1, A10). */
class ReloadSimTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final String ONLY_ENGINEERS =
            "{inbound: [{port: any, proto: any, groups: [engineers]}],"
                    + " outbound: [{port: any, proto: any, host: any}]}";

    /** E20. */
    @Seeded
    void showsARenewedCertificateOfTheLowerAddress(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");

        renews(mesh, a, b, a);
    }

    /** E21. */
    @Seeded
    void showsARenewedCertificateOfTheHigherAddress(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");

        renews(mesh, a, b, b);
    }

    private static void renews(Mesh mesh, MeshHost a, MeshHost b, MeshHost renewing) {
        MeshHost other = renewing == a ? b : a;
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);

        renewing.groups("engineers").reload();
        mesh.keepTalking(a, b, SECOND, 10);
        assertThat(other.primaryTo(renewing)).matches(MeshHost::isEngineer);

        // From here on only the new group gets through.
        other.section("firewall", ONLY_ENGINEERS).reload();
        mesh.keepTalking(a, b, SECOND, 60);
        assertThat(a.tunnelsTo(b)).hasSize(1);
        assertThat(b.tunnelsTo(a)).hasSize(1);
        assertThat(other.primaryTo(renewing)).matches(MeshHost::isEngineer);
    }

    /** N10. */
    @Seeded
    void closesALiveTunnelOfABlockedCertificate(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);

        Fingerprint fingerprint = a.identity().certificate().fingerprint();
        b.section("pki", "{ca: ca, cert: cert, key: key, blocklist: [" + fingerprint + "]}");
        b.reload();
        mesh.runUntil(b.hasTunnelsTo(a, 0).and(a.hasTunnelsTo(b, 0)), SECOND);

        assertThat(b.sim().events(TunnelEvent.Removed.class))
                .extracting(TunnelEvent.Removed::reason)
                .containsExactly(RemovalReason.CERTIFICATE_INVALID);
        long refused = a.sendTo(b, "refused");
        mesh.runFor(Duration.ofSeconds(15));
        assertThat(b.sim().received(refused).holds()).isFalse();
        assertThat(b.node().node().tunnels().size()).isZero();
    }

    /** V08: what a rule allowed ends with the rule. */
    @Seeded
    void cutsAFlowWithTheRuleThatAllowedIt(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);

        b.section("firewall", ONLY_ENGINEERS).reload();
        mesh.runFor(Duration.ofMillis(1));
        sim.allowOnly(delivery -> delivery.host() != b.sim());
        a.sendTo(b, "refused");
        mesh.runFor(SECOND);
        assertThat(b.node().node().stats().count(Direction.INBOUND, PacketOutcome.NO_RULE))
                .isEqualTo(1);
    }

    @Seeded
    void doesNotJudgeTrackedFlowsAgainWhenTheFirewallSectionIsTheSame(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        mesh.startAcquainted(a, b);

        a.section("punchy", "{punch: true}").reload();
        b.section("firewall", ONLY_ENGINEERS).reload();
        mesh.runFor(SECOND);

        assertThat(a.node().node().snapshot().config().punchy().punch()).isTrue();
        assertThat(a.node().node().snapshot().rules().version()).isEqualTo(1);
        assertThat(b.node().node().snapshot().rules().version()).isEqualTo(2);
    }

    /** F17. */
    @Seeded
    void closesATunnelWhenACertificateExpires(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost a = mesh.host("a").validFor(Duration.ofSeconds(60));
        MeshHost b = mesh.host("b");
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);

        mesh.keepTalking(a, b, SECOND, 20);
        Tunnel tunnel = b.primaryTo(a);
        assertThat(tunnel).isNotNull();
        mesh.runUntil(b.hasTunnelsTo(a, 0), Duration.ofSeconds(60));

        assertThat(sim.clock().elapsed()).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(67));
        a.sendTo(b, "refused");
        mesh.runFor(Duration.ofSeconds(15));
        assertThat(b.tunnelsTo(a)).isEmpty();
    }

    /** E33. */
    @Seeded
    void registersAtOnceWithALighthouseThatAReloadAdds(SimMesh sim) {
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost lighthouse = mesh.lighthouse("lighthouse").start();
        MeshHost a = mesh.host("a").start();
        mesh.runFor(Duration.ofSeconds(10));
        assertThat(lighthouse.tunnelsTo(a)).isEmpty();

        a.use(lighthouse);
        a.section("lighthouse", "{hosts: [\"" + lighthouse.address() + "\"], interval: 600}");
        a.reload();

        mesh.runUntil(lighthouse.sim().emitted(LighthouseServerEvent.HostUpdated.class), SECOND);
    }
}
