package dev.asterism.mesh;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.handshake.HandshakeEvent;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.node.RemovalReason;
import dev.asterism.overlay.node.TunnelEvent;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.wire.MessageType;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimMesh;
import dev.asterism.sim.Trap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Certificates of both versions and both curves, several addresses, and what a reload changes of them. */
class VersionSimTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final int[][] VERSIONS = {{1}, {2}, {1, 2}};
    private static final String BLOCKED = "{ca: ca, cert: cert, key: key, blocklist: [%s]}";

    @Seeded
    void everyNodeTalksToEveryOtherWithCurve25519(SimMesh sim) {
        everyNodeTalksToEveryOther(new Mesh(sim, Curve.CURVE25519));
    }

    @Seeded
    void everyNodeTalksToEveryOtherWithP256(SimMesh sim) {
        everyNodeTalksToEveryOther(new Mesh(sim, Curve.P256));
    }

    /** After a minute of traffic there is one tunnel for each pair, and nobody handshakes any more. */
    private static void everyNodeTalksToEveryOther(Mesh mesh) {
        List<MeshHost> hosts = new ArrayList<>();
        for (int[] first : VERSIONS) {
            hosts.add(mesh.host("h" + hosts.size()).versions(first));
            hosts.add(mesh.host("h" + hosts.size()).versions(first));
        }
        hosts.get(5).section("pki", "{ca: ca, cert: cert, key: key, initiating_version: 2}");
        for (MeshHost host : hosts) {
            hosts.stream().filter(other -> other != host).forEach(host::knows);
        }
        mesh.startAll();
        for (int i = 0; i < 30; i++) {
            exchangeAll(mesh, hosts);
        }
        Trap handshakes = Trap.watching(mesh.network(), d -> d.type() == MessageType.HANDSHAKE);
        for (int i = 0; i < 30; i++) {
            exchangeAll(mesh, hosts);
        }

        assertThat(handshakes.caught()).isEmpty();
        for (MeshHost a : hosts) {
            for (MeshHost b : hosts) {
                if (a != b) {
                    assertThat(a.tunnelsTo(b)).as("%s to %s", a, b).hasSize(1);
                }
            }
        }
    }

    private static void exchangeAll(Mesh mesh, List<MeshHost> hosts) {
        for (int i = 0; i < hosts.size(); i++) {
            for (int j = i + 1; j < hosts.size(); j++) {
                mesh.exchange(hosts.get(i), hosts.get(j), SECOND);
            }
        }
        mesh.runFor(SECOND);
    }

    /** One session carries both families; whichever address is sought first. */
    @Seeded
    void oneTunnelServesAllAddressesOfAPeer(SimMesh sim) {
        Mesh mesh = new Mesh(sim, Curve.P256);
        MeshHost a = mesh.host("a").versions(2).overlay("10.42.0.1", "fd42::1");
        MeshHost b = mesh.host("b").versions(2).overlay("10.42.0.2", "fd42::2");
        mesh.startAcquainted(a, b);

        long four = a.sendTo(b, "four");
        mesh.runUntil(b.sim().received(four), SECOND);
        long six = a.sendToLastOf(b, "six");
        long back = b.sendToLastOf(a, "back");
        mesh.runUntil(b.sim().received(six).and(a.sim().received(back)), SECOND);

        Tunnel tunnel = a.primaryTo(b);
        assertThat(tunnel).isNotNull();
        assertThat(a.node().node().tunnels().size()).isEqualTo(1);
        assertThat(a.node().node().tunnels().byOverlay(Ip.of("fd42::2"))).isSameAs(tunnel);
        assertThat(a.sim().events(HandshakeEvent.Message1Sent.class)).hasSize(1);
    }

    /** Packets wait for two addresses of one peer; the first handshake that ends serves both. */
    @Seeded
    void whatWaitsForTheOtherAddressGoesAlong(SimMesh sim) {
        Mesh mesh = new Mesh(sim, Curve.CURVE25519);
        MeshHost a = mesh.host("a").versions(1, 2).overlay("10.42.0.1", "fd42::1");
        MeshHost b = mesh.host("b").versions(1, 2).overlay("10.42.0.2", "fd42::2");
        MeshHost unknown = mesh.host("c").versions(2).overlay("fd42::2");
        b.start();
        a.knows(unknown, b.endpoint()).start();

        long four = a.sendTo(b, "four");
        long six = a.sendToLastOf(b, "six");

        // Before the next try for the other address, which would find the peer as well.
        mesh.runUntil(b.sim().received(four).and(b.sim().received(six)), Duration.ofMillis(100));
        Tunnel tunnel = requireNonNull(a.primaryTo(b));
        assertThat(tunnel.origin().ourCertificate().version()).isEqualTo(2);

        // Another one for any reason, such as a path that has died, serves both addresses as well.
        a.node().handshakeWith(b.address());
        mesh.runFor(SECOND);
        assertThat(shown(a, b)).isEqualTo("2 2");
        assertThat(a.node().node().tunnels().byOverlay(Ip.of("fd42::2")))
                .isSameAs(a.primaryTo(b))
                .isNotSameAs(tunnel);
    }

    /** The peer takes no IPv6 by a tunnel for which we showed version 1; it goes by one of version 2. */
    @Seeded
    void ipv6DoesNotWaitForTheNextHandshakeWithAPeerOfVersion2(SimMesh sim) {
        Mesh mesh = new Mesh(sim, Curve.CURVE25519);
        MeshHost a = mesh.host("a").versions(1, 2).overlay("10.42.0.1", "fd42::1");
        MeshHost b = mesh.host("b").versions(2).overlay("10.42.0.2", "fd42::2");
        b.start();
        a.knows(b).alsoKnows(Ip.of("fd42::2"), b).start();

        long four = a.sendTo(b, "four");
        mesh.runUntil(b.sim().received(four), SECOND);
        assertThat(shown(a, b)).isEqualTo("1 2");
        long six = a.sendToLastOf(b, "six");
        mesh.runUntil(b.sim().received(six), SECOND);

        mesh.keepTalking(a, b, SECOND, 30);
        assertThat(shown(a, b)).isEqualTo("2 2");
        assertThat(a.tunnelsTo(b)).hasSize(1);
    }

    /** Both families at once, in either order: what waits for IPv6 does not go by the tunnel of version 1. */
    @Seeded
    void whatWaitsForIpv6IsNotSentByATunnelOfVersion1(SimMesh sim) {
        Mesh mesh = new Mesh(sim, Curve.CURVE25519);
        MeshHost a = mesh.host("a").versions(1, 2).overlay("10.42.0.1", "fd42::1");
        MeshHost b = mesh.host("b").versions(2).overlay("10.42.0.2", "fd42::2");
        b.start();
        a.knows(b).alsoKnows(Ip.of("fd42::2"), b).start();

        long six = a.sendToLastOf(b, "six");
        long four = a.sendTo(b, "four");
        mesh.runUntil(b.sim().received(four).and(b.sim().received(six)), SECOND);
        long again = a.sendToLastOf(b, "again");
        mesh.runUntil(b.sim().received(again), SECOND);
    }

    /** The relay knows nothing but version 1, and carries both families of its clients. */
    @Seeded
    void aRelayOfVersion1CarriesTunnelsOfVersion2(SimMesh sim) {
        RelayMesh world = new RelayMesh(sim);
        world.a.versions(2).overlay("10.42.0.2", "fd42::2");
        world.b.versions(1, 2).overlay("10.42.0.3", "fd42::3");
        world.acquainted().start();
        world.connectRelay();

        world.talkUntilHeard(world.a, world.b, SECOND.multipliedBy(5));
        long six = world.a.sendToLastOf(world.b, "six");
        long back = world.b.sendToLastOf(world.a, "back");
        world.mesh.runUntil(world.b.sim().received(six).and(world.a.sim().received(back)), SECOND);

        assertThat(shown(world.a, world.b)).isEqualTo("2 2");
        assertThat(RelayMesh.relayOf(world.a.primaryTo(world.b))).isEqualTo(world.relay.address());
    }

    /** An overlay without IPv4, and a peer that has no certificate for it. */
    @Seeded
    void ipv6IsForVersion2Only(SimMesh sim) {
        Mesh mesh = new Mesh(sim, Curve.CURVE25519);
        MeshHost a = mesh.host("a").versions(2).overlay("fd42::1");
        MeshHost b = mesh.host("b").versions(2).overlay("fd42::2");
        MeshHost old = mesh.host("old");
        old.knows(b);
        mesh.startAcquainted(a, b);
        old.start();

        mesh.keepTalking(a, b, SECOND, 5);
        old.node().handshakeWith(b.address());
        mesh.runFor(SECOND.multipliedBy(20));

        assertThat(old.sim().events(HandshakeEvent.NoCertificate.class)).hasSize(1);
        assertThat(old.isPending(b)).isFalse();
    }

    /** From version 1 to both, to version 2 alone, and a renewed key in the end: nothing is lost. */
    @Seeded
    void aMeshMovesToVersion2WithoutALostPacket(SimMesh sim) {
        Mesh mesh = new Mesh(sim, Curve.CURVE25519);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);

        a.versions(1, 2).reload();
        mesh.keepTalking(a, b, SECOND, 10);
        assertThat(shown(a, b)).isEqualTo("1 1");
        b.versions(1, 2).section("pki", "{ca: ca, cert: cert, key: key, initiating_version: 2}");
        b.reload();
        mesh.keepTalking(a, b, SECOND, 15);
        assertThat(shown(a, b)).isEqualTo("2 2");
        a.versions(2).reload();
        b.versions(2).reload();
        mesh.keepTalking(a, b, SECOND, 30);

        assertThat(shown(a, b)).isEqualTo("2 2");
        assertThat(a.tunnelsTo(b)).hasSize(1);
        assertThat(b.tunnelsTo(a)).hasSize(1);
        assertThat(a.primaryTo(b, "shows the certificate in force", t -> isInForce(t, a)).holds())
                .isTrue();
        assertThat(b.primaryTo(a, "shows the certificate in force", t -> isInForce(t, b)).holds())
                .isTrue();
    }

    private static boolean isInForce(Tunnel tunnel, MeshHost host) {
        Certificate used = tunnel.origin().ourCertificate();
        return host.identity().certificates().contains(used);
    }

    private static String shown(MeshHost a, MeshHost b) {
        Tunnel tunnel = a.primaryTo(b);
        return tunnel == null
                ? "no tunnel"
                : tunnel.origin().ourCertificate().version()
                        + " "
                        + tunnel.peer().certificate().version();
    }

    /** Both forms of its signature have a fingerprint; either of them blocks (CVE-2026-25793). */
    @Seeded
    void eitherFingerprintOfP256CutsALiveTunnelAtOnce(SimMesh sim) {
        Mesh mesh = new Mesh(sim, Curve.P256);
        MeshHost a = mesh.host("a").versions(2);
        MeshHost b = mesh.host("b").versions(2);
        MeshHost c = mesh.host("c").versions(2);
        c.knows(a);
        c.knows(b);
        a.start();
        b.start();
        c.start();
        mesh.connect(c, a);
        mesh.connect(c, b);
        mesh.keepTalking(c, b, SECOND, 3);

        c.section("pki", BLOCKED.formatted(a.identity().certificate().fingerprint())).reload();
        mesh.runUntil(c.hasTunnelsTo(a, 0), SECOND);
        c.section("pki", BLOCKED.formatted(b.identity().certificate().alternateFingerprint()))
                .reload();
        mesh.runUntil(c.hasTunnelsTo(b, 0), SECOND);

        assertThat(c.sim().events(TunnelEvent.Removed.class))
                .extracting(TunnelEvent.Removed::reason)
                .containsExactly(
                        RemovalReason.CERTIFICATE_INVALID, RemovalReason.CERTIFICATE_INVALID);
    }

    /** The blocked one cuts the tunnel that showed it; the other version makes a new one. */
    @Seeded
    void aBlockedVersionLeavesTheOther(SimMesh sim) {
        Mesh mesh = new Mesh(sim, Curve.CURVE25519);
        MeshHost a = mesh.host("a").versions(1, 2);
        MeshHost b = mesh.host("b").versions(1, 2);
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);
        assertThat(shown(b, a)).isEqualTo("1 1");

        Certificate v1 = a.identity().certificates().getFirst();
        b.section(
                        "pki",
                        "{ca: ca, cert: cert, key: key, initiating_version: 2, blocklist: [%s]}"
                                .formatted(v1.fingerprint()))
                .reload();
        mesh.runUntil(b.hasTunnelsTo(a, 0), SECOND);
        long again = b.sendTo(a, "again");
        mesh.runUntil(a.sim().received(again), SECOND.multipliedBy(5));

        assertThat(shown(b, a)).isEqualTo("2 2");
    }

    /** Not at the next regular check, but when it ends. */
    @Seeded
    void aVersion2CertificateThatEndsCutsItsTunnel(SimMesh sim) {
        Mesh mesh = new Mesh(sim, Curve.P256);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b").versions(2).validFor(Duration.ofSeconds(13));
        a.versions(1, 2);
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);

        mesh.runFor(Duration.ofMillis(12_900).minus(sim.clock().elapsed()));
        assertThat(a.tunnelsTo(b)).isNotEmpty();
        mesh.runUntil(a.hasTunnelsTo(b, 0), SECOND);

        assertThat(sim.clock().elapsed()).isLessThan(Duration.ofSeconds(14));
    }
}
