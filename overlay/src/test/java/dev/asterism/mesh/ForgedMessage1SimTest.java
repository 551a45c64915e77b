package dev.asterism.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.handshake.KnownPrefixes;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.wire.Header;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimMesh;
import dev.asterism.sim.SimRandom;
import dev.asterism.sim.Trap;
import java.time.Duration;
import java.util.List;

/**
 * A stranger who has seen a member's message 1 sends 2,000 like it each second, from a thousand
 * prefixes that are not its own. The member itself must get in all the same: within a second from
 * where it has been before, within five from anywhere else.
 */
class ForgedMessage1SimTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration STEP = Duration.ofMillis(1);
    private static final int FORGED_PER_STEP = 2;
    private static final int PREFIXES = 1_000;
    private static final int EPHEMERAL_BYTES = 32;

    /** From the first second of the flood, when each of its prefixes still has what it may spend. */
    @Seeded({1, 2, 3, 4})
    void letsTheMemberInFromANewPrefixWhenTheFloodBegins(SimMesh sim) {
        assertThat(timeToGetIn(sim, Duration.ofMillis(200), false)).isLessThan(5 * 1000);
    }

    @Seeded({1, 2, 3, 4})
    void letsTheMemberInFromANewPrefixWhileTheFloodGoesOn(SimMesh sim) {
        assertThat(timeToGetIn(sim, Duration.ofSeconds(8), false)).isLessThan(5 * 1000);
    }

    @Seeded({1, 2, 3, 4})
    void letsTheMemberInAtOnceFromAPrefixWhereItHasBeen(SimMesh sim) {
        assertThat(timeToGetIn(sim, Duration.ofMillis(200), true)).isLessThan(1000);
    }

    /** What one process has learnt helps the next one. */
    @Seeded
    void remembersWhereAMemberHasProvenItself(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        mesh.startAcquainted(a, b);
        mesh.connect(a, b);
        mesh.exchange(a, b, SECOND);

        assertThat(known(b).entries()).containsExactly(entry(a));
        assertThat(known(a).entries()).containsExactly(entry(b));
        assertThat(known(b).changes()).isEqualTo(1);
    }

    /** In virtual milliseconds. */
    private static long timeToGetIn(SimMesh sim, Duration floodBefore, boolean hasBeenThere) {
        Mesh mesh = new Mesh(sim);
        MeshHost a = mesh.host("a");
        MeshHost b = mesh.host("b");
        Trap requests =
                Trap.holding(
                        sim.network(),
                        datagram ->
                                datagram.from().equals(a.endpoint())
                                        && datagram.to().equals(b.endpoint()));
        mesh.startAcquainted(a, b);
        a.sendTo(b, "seen by a stranger");
        mesh.runUntil(requests.hasCaught(1), SECOND);
        Bytes message1 = requests.caught().getFirst().content();
        a.loseState();
        requests.open();
        if (hasBeenThere) {
            known(b).restore(List.of(entry(a)));
        }

        SimRandom dice = sim.random("forger");
        long forgedUntil = floodBefore.toMillis();
        for (long ms = 0; ms < forgedUntil; ms++) {
            flood(mesh, b, message1, dice);
        }
        a.learns(b, b.endpoint());
        long probe = a.sendTo(b, "genuine");
        for (long ms = 0; ms < 20_000; ms++) {
            if (b.sim().received(probe).holds()) {
                System.out.printf("in after %d ms%n", ms);
                return ms;
            }
            flood(mesh, b, message1, dice);
        }
        return Long.MAX_VALUE;
    }

    private static void flood(Mesh mesh, MeshHost target, Bytes message1, SimRandom dice) {
        for (int i = 0; i < FORGED_PER_STEP; i++) {
            int prefix = Math.floorMod(dice.nonZeroInt(), PREFIXES);
            Ip source = Ip.ofIpv4(0x65000000 + (prefix << 8) + 7);
            byte[] forged = message1.toArray();
            for (int at = 0; at < EPHEMERAL_BYTES; at += 4) {
                int bits = dice.nonZeroInt();
                for (int b = 0; b < 4; b++) {
                    forged[Header.LENGTH + at + b] = (byte) (bits >> 8 * b);
                }
            }
            mesh.network()
                    .inject(
                            new UnderlayAddr(source, 4242),
                            target.endpoint(),
                            Bytes.owning(forged));
        }
        mesh.runFor(STEP);
    }

    private static KnownPrefixes known(MeshHost host) {
        return host.node().node().control().handshakes().knownPrefixes();
    }

    private static KnownPrefixes.Entry entry(MeshHost host) {
        int network = host.endpoint().ip().ipv4() & 0xFFFFFF00;
        return new KnownPrefixes.Entry(
                host.identity().certificate().publicKey(), Ip.ofIpv4(network));
    }
}
