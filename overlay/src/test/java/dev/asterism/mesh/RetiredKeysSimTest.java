package dev.asterism.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.aead.AeadKey;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimMesh;
import java.time.Duration;
import java.util.List;
import javax.security.auth.Destroyable;

/** The keys of a tunnel that is gone are wiped, whatever took it away, and those of its successor are not. */
class RetiredKeysSimTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Seeded
    void areWipedAtBothEndsOfAClosedTunnel(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);
        Tunnel ofA = a.tunnelsTo(b).getFirst();
        Tunnel ofB = b.tunnelsTo(a).getFirst();
        assertThat(keys(ofA, ofB)).noneMatch(RetiredKeysSimTest::isWiped);

        a.node().closeTunnels(b.address());
        mesh.runUntil(a.hasTunnelsTo(b, 0).and(b.hasTunnelsTo(a, 0)), SECOND);
        mesh.runFor(Duration.ofMillis(50));

        assertThat(keys(ofA, ofB)).allMatch(RetiredKeysSimTest::isWiped);
    }

    @Seeded
    void ofATunnelThatAnotherReplacedAreWipedWhileTheOtherGoesOn(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);
        Tunnel before = a.tunnelsTo(b).getFirst();

        a.node().handshakeWith(b.address());
        mesh.keepTalking(a, b, SECOND, 60);

        assertThat(a.tunnelsTo(b)).hasSize(1).doesNotContain(before);
        assertThat(keys(before)).allMatch(RetiredKeysSimTest::isWiped);
        assertThat(keys(a.tunnelsTo(b).getFirst())).noneMatch(RetiredKeysSimTest::isWiped);
    }

    private static List<AeadKey> keys(Tunnel... tunnels) {
        return List.of(tunnels).stream()
                .flatMap(
                        tunnel ->
                                List.of(tunnel.session().sendKey(), tunnel.session().receiveKey())
                                        .stream())
                .toList();
    }

    private static boolean isWiped(AeadKey key) {
        return ((Destroyable) key).isDestroyed();
    }
}
