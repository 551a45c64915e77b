package dev.asterism.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.handshake.HandshakeCounters;
import dev.asterism.overlay.handshake.HandshakeRejection;
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
 * The limit that docs/adr/0008-budget-for-strangers.md names: whoever copied a message 1 off the wire saw the source of
 * the datagram too, and sends 2,000 like it each second from the very prefix where the member has proven itself. That
 * member then competes by chance for five sessions a second, and for nothing else: tunnels that stand carry every
 * packet, members at other prefixes are in at once, and the victim is back as soon as the flood ends.
 */
class ForgedAtKnownPrefixSimTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration STEP = Duration.ofMillis(1);
    private static final int FORGED_PER_STEP = 2;
    private static final int EPHEMERAL_BYTES = 32;
    private static final int FLOOD_SECONDS = 20;

    /** Sessions of one known pair, of one key, and of one new pair: their rates, and the bursts of the first two. */
    private static final double SESSIONS_A_SECOND = 5 + 1 + 0.1;

    private static final int SESSION_BURSTS = 10 + 5 + 1;

    @Seeded({1, 2, 3, 4})
    void costsWhatOnePairMaySpend(SimMesh sim) {
        Scene scene = new Scene(sim);
        HandshakeCounters counters = scene.target.node().node().control().handshakes().counters();
        long answered = counters.answered();
        long refused = counters.rejected(HandshakeRejection.OVER_BUDGET);

        scene.floodFor(Duration.ofSeconds(FLOOD_SECONDS));

        assertThat(counters.answered() - answered)
                .isBetween(
                        (long) (FLOOD_SECONDS * SESSIONS_A_SECOND),
                        (long) (FLOOD_SECONDS * SESSIONS_A_SECOND) + SESSION_BURSTS + 1);
        assertThat(counters.rejected(HandshakeRejection.OVER_BUDGET) - refused)
                .as("all others are refused for the budget")
                .isGreaterThan(FLOOD_SECONDS * 1000L);
    }

    /** Both the victim's own tunnel and that of another member. */
    @Seeded({1, 2, 3, 4})
    void losesNothingOnTunnelsThatStand(SimMesh sim) {
        Scene scene = new Scene(sim);
        scene.mesh.connect(scene.victim, scene.target);
        scene.mesh.connect(scene.bystander, scene.target);

        for (int second = 0; second < FLOOD_SECONDS; second++) {
            long[] probes = {
                scene.victim.sendTo(scene.target, "a"),
                scene.target.sendTo(scene.victim, "b"),
                scene.bystander.sendTo(scene.target, "c"),
                scene.target.sendTo(scene.bystander, "d")
            };
            scene.floodFor(SECOND);
            assertThat(scene.target.sim().received(probes[0]).holds()).isTrue();
            assertThat(scene.victim.sim().received(probes[1]).holds()).isTrue();
            assertThat(scene.target.sim().received(probes[2]).holds()).isTrue();
            assertThat(scene.bystander.sim().received(probes[3]).holds()).isTrue();
        }
    }

    @Seeded({1, 2, 3, 4})
    void letsMembersAtOtherPrefixesInAtOnce(SimMesh sim) {
        Scene scene = new Scene(sim);
        scene.floodFor(SECOND.multipliedBy(5));

        scene.bystander.learns(scene.target, scene.target.endpoint());
        long probe = scene.bystander.sendTo(scene.target, "from elsewhere");

        assertThat(scene.millisUntilReceived(probe, 1_000)).isLessThan(1_000);
    }

    @Seeded({1, 2, 3, 4})
    void theMemberIsBackWhenTheFloodEnds(SimMesh sim) {
        Scene scene = new Scene(sim);
        scene.floodFor(SECOND.multipliedBy(10));

        scene.victim.learns(scene.target, scene.target.endpoint());
        long probe = scene.victim.sendTo(scene.target, "again");

        scene.mesh.runUntil(scene.target.sim().received(probe), SECOND);
    }

    /**
     * A member at its known prefix, another member, and a target that a stranger floods with the first one's message
     * 1.
     */
    private static final class Scene {

        final Mesh mesh;
        final MeshHost victim;
        final MeshHost bystander;
        final MeshHost target;
        private final Bytes message1;
        private final SimRandom dice;

        Scene(SimMesh sim) {
            mesh = new Mesh(sim);
            // Networks of their own: hosts of the simulated internet share a prefix otherwise.
            victim = mesh.host("victim").at("198.51.100.20");
            bystander = mesh.host("bystander").at("203.0.113.30");
            target = mesh.host("target").at("192.0.2.10");
            dice = sim.random("forger");
            for (MeshHost member : List.of(victim, bystander)) {
                member.knows(target);
                target.knows(member);
            }
            Trap requests =
                    Trap.holding(
                            sim.network(),
                            datagram ->
                                    datagram.from().equals(victim.endpoint())
                                            && datagram.isHandshakeMessage(1));
            mesh.startAll();
            victim.sendTo(target, "seen by a stranger");
            mesh.runUntil(requests.hasCaught(1), SECOND);
            message1 = requests.caught().getFirst().content();
            requests.open();
            victim.loseState();
            KnownPrefixes known = target.node().node().control().handshakes().knownPrefixes();
            known.restore(
                    List.of(
                            new KnownPrefixes.Entry(
                                    victim.identity().certificate().publicKey(), prefix())));
        }

        private Ip prefix() {
            return Ip.ofIpv4(victim.endpoint().ip().ipv4() & 0xFFFFFF00);
        }

        void floodFor(Duration time) {
            for (long left = time.toMillis(); left > 0; left--) {
                step();
            }
        }

        long millisUntilReceived(long probe, long most) {
            long millis = 0;
            while (millis < most && !target.sim().received(probe).holds()) {
                step();
                millis++;
            }
            return millis;
        }

        /** From any address of the prefix, the member's own among them. */
        private void step() {
            for (int i = 0; i < FORGED_PER_STEP; i++) {
                Ip source = Ip.ofIpv4(prefix().ipv4() + 1 + Math.floorMod(dice.nonZeroInt(), 254));
                byte[] forged = message1.toArray();
                for (int at = 0; at < EPHEMERAL_BYTES; at++) {
                    forged[Header.LENGTH + at] = (byte) dice.nonZeroInt();
                }
                mesh.network()
                        .inject(
                                new UnderlayAddr(source, 4242),
                                target.endpoint(),
                                Bytes.owning(forged));
            }
            mesh.runFor(STEP);
        }
    }
}
