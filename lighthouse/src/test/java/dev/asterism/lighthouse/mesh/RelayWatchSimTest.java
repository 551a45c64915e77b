package dev.asterism.lighthouse.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.mesh.Mesh;
import dev.asterism.mesh.MeshHost;
import dev.asterism.mesh.ProbeFlow;
import dev.asterism.overlay.wire.MessageType;
import dev.asterism.sim.NatBehaviour;
import dev.asterism.sim.NatBehaviour.Dependence;
import dev.asterism.sim.NatBehaviour.Ports;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimMesh;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A host that names a relay keeps a tunnel to it, without a need of its own: the relay may be unable to begin one. */
class RelayWatchSimTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final NatBehaviour SYMMETRIC =
            NatBehaviour.nat(
                            Dependence.ADDRESS_AND_PORT_DEPENDENT,
                            Dependence.ADDRESS_AND_PORT_DEPENDENT)
                    .withPorts(Ports.RANDOM);

    /** Neither host has sent anything, and neither punches. */
    @Seeded
    void theFirstPacketToAHostThatHasSentNothingArrivesSoon(SimMesh sim) {
        Hidden hidden = new Hidden(sim);
        hidden.mesh.runFor(SECOND.multipliedBy(2));

        ProbeFlow flow = new ProbeFlow(hidden.mesh, hidden.e, hidden.f);
        flow.run(SECOND);

        assertThat(flow.longestSilence()).isLessThan(Duration.ofMillis(700));
    }

    /** The relay has lost everything, and the mappings of the NAT admit nobody but it. */
    @Seeded
    void aRelayThatHasStartedAnewHasItsTunnelsAgainSoon(SimMesh sim) {
        Hidden hidden = new Hidden(sim);
        hidden.mesh.runFor(SECOND.multipliedBy(2));
        hidden.relay.loseState();

        hidden.mesh.runFor(SECOND.multipliedBy(3));

        assertThat(hidden.relay.primaryTo(hidden.e)).isNotNull();
        assertThat(hidden.relay.primaryTo(hidden.f)).isNotNull();
    }

    /** The NAT forgets a mapping that nothing has used for ten seconds. */
    @Seeded
    void theRelayReachesAHostThatIsIdleForMinutes(SimMesh sim) {
        Hidden hidden = new Hidden(sim);
        hidden.mesh.runFor(Duration.ofMinutes(3));

        ProbeFlow flow = new ProbeFlow(hidden.mesh, hidden.relay, hidden.f);
        flow.run(Duration.ofMillis(500));

        assertThat(flow.longestSilence()).isLessThan(Duration.ofMillis(150));
    }

    /** Ten attempts in 6.5 s and a pause of up to 30 s. */
    @Seeded
    void aRelayThatIsAwayIsTriedLessAndLessOften(SimMesh sim) {
        Hidden hidden = new Hidden(sim);
        hidden.mesh.runFor(SECOND.multipliedBy(2));
        hidden.relay.sim().crash();
        hidden.mesh.runFor(Duration.ofMinutes(3));
        AtomicInteger attempts = new AtomicInteger();
        sim.network()
                .intercept(
                        (datagram, onward) -> {
                            if (datagram.type() == MessageType.HANDSHAKE
                                    && datagram.sender().equals(hidden.f.name())) {
                                attempts.incrementAndGet();
                            }
                            onward.accept(datagram);
                        });

        hidden.mesh.runFor(Duration.ofMinutes(3));
        int whileAway = attempts.get();
        hidden.relay.start();
        hidden.mesh.runFor(SECOND.multipliedBy(40));

        assertThat(whileAway).isBetween(40, 60);
        assertThat(hidden.relay.primaryTo(hidden.f)).isNotNull();
    }

    /** Others are told of such a relay after a reload, so it must have a tunnel by then. */
    @Seeded
    void aReloadThatNamesARelayConnectsToIt(SimMesh sim) {
        Hidden hidden = new Hidden(sim);
        MeshHost second = hidden.mesh.host("second").section("relay", "{am_relay: true}");
        second.start();
        hidden.mesh.runFor(SECOND.multipliedBy(2));

        hidden.f.knows(second);
        hidden.f.section("relay", "{relays: [\"" + second.address() + "\"]}");
        hidden.f.reload();
        hidden.mesh.runFor(SECOND);

        assertThat(second.primaryTo(hidden.f)).isNotNull();
    }

    /** Two hosts behind symmetric NATs and the relay that they name, which is not their lighthouse. */
    private static final class Hidden {

        final Mesh mesh;
        final MeshHost relay;
        final MeshHost e;
        final MeshHost f;

        Hidden(SimMesh sim) {
            mesh = LighthouseMesh.of(sim);
            MeshHost lighthouse = mesh.lighthouse("lighthouse");
            relay = mesh.host("relay").use(lighthouse).section("relay", "{am_relay: true}");
            e = end("e", lighthouse);
            f = end("f", lighthouse);
            mesh.startAll();
        }

        private MeshHost end(String name, MeshHost lighthouse) {
            return mesh.host(name)
                    .behind(SYMMETRIC.expiringAfter(SECOND.multipliedBy(10)))
                    .use(lighthouse)
                    .knows(relay)
                    .section("relay", "{relays: [\"" + relay.address() + "\"]}")
                    .section("punchy", "{punch: false, respond: false}");
        }
    }
}
