package dev.asterism.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.node.TunnelEvent;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimMesh;
import dev.asterism.sim.Trap;
import java.time.Duration;

/** Message 1 again, from wherever an attacker likes: it proves nothing about its source. */
class ReplayedMessageSimTest {

    private static final String PREFERRED = "[203.0.113.0/24]";
    private static final UnderlayAddr SPOOFED = UnderlayAddr.of("203.0.113.66:4242");
    private static final UnderlayAddr OTHER = UnderlayAddr.of("198.51.100.66:4242");

    /** A path moves only on an authenticated packet from it: not one packet may be lost. */
    @Seeded
    void doesNotMoveATunnelToAPreferredAddress(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b").section("preferred_ranges", PREFERRED);
        Trap recorded = messages1(sim);
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);

        for (int i = 0; i < 200; i++) {
            sim.network().inject(SPOOFED, b.endpoint(), recorded.caught().getFirst().content());
            mesh.exchange(a, b, Duration.ofMillis(50));
        }

        assertThat(b.primaryTo(a)).matches(t -> t != null && a.endpoint().equals(t.remote()));
        assertThat(b.sim().events(TunnelEvent.Roamed.class)).isEmpty();
    }

    /** The same when the source is not preferred and the peer has not had message 2: no more than the limit. */
    @Seeded
    void isAnsweredWithinALimit(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        Trap recorded = messages1(sim);
        Trap answered = Trap.watching(sim.network(), d -> d.to().equals(OTHER));
        Trap.holding(sim.network(), d -> d.isHandshakeMessage(2) && !d.to().equals(OTHER));
        mesh.startAcquainted(a, b);
        a.sendTo(b, "first");
        mesh.runUntil(b.hasTunnelsTo(a, 1), Duration.ofSeconds(1));

        for (int i = 0; i < 500; i++) {
            sim.network().inject(OTHER, b.endpoint(), recorded.caught().getFirst().content());
        }
        mesh.runFor(Duration.ofSeconds(1));

        assertThat(answered.caught()).hasSizeBetween(1, 30);
    }

    /** Who has used the tunnel has message 2. */
    @Seeded
    void isNotAnsweredOnceThePeerHasUsedTheTunnel(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        Trap recorded = messages1(sim);
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);
        Trap answered = Trap.watching(sim.network(), d -> d.to().equals(OTHER));

        for (int i = 0; i < 50; i++) {
            sim.network().inject(OTHER, b.endpoint(), recorded.caught().getFirst().content());
        }
        mesh.runFor(Duration.ofSeconds(1));

        assertThat(answered.caught()).isEmpty();
        mesh.exchange(a, b, Duration.ofSeconds(1));
    }

    /** The genuine case: the peer is also reachable by a preferred address, and the tunnel goes there. */
    @Seeded
    void stillLetsATunnelMoveToAPreferredAddressOfThePeer(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b").section("preferred_ranges", PREFERRED);
        Trap recorded = messages1(sim);
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);
        UnderlayAddr before = a.endpoint();
        UnderlayAddr preferred = new UnderlayAddr(SPOOFED.ip(), before.port());
        a.at(preferred.ip().toString());

        sim.network().inject(preferred, b.endpoint(), recorded.caught().getFirst().content());
        mesh.runUntil(
                b.primaryTo(a, "leads to the preferred address", t -> preferred.equals(t.remote())),
                Duration.ofMillis(100));

        mesh.exchange(a, b, Duration.ofMillis(50));
    }

    private static Trap messages1(SimMesh sim) {
        return Trap.watching(sim.network(), d -> d.isHandshakeMessage(1));
    }
}
