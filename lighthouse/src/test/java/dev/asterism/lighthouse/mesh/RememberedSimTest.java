package dev.asterism.lighthouse.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.lighthouse.memory.RememberedPeer;
import dev.asterism.mesh.Mesh;
import dev.asterism.mesh.MeshHost;
import dev.asterism.mesh.ProbeFlow;
import dev.asterism.overlay.wire.MessageType;
import dev.asterism.sim.NatBehaviour;
import dev.asterism.sim.NatBehaviour.Dependence;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimMesh;
import dev.asterism.sim.Trap;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Starts while a lighthouse is away, and lighthouses that start (F02a and F04 of the faults bench). */
class RememberedSimTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration EVERY = Duration.ofMillis(50);
    private static final Duration NEW_PAIR = Duration.ofSeconds(2);
    private static final Duration NEW_PAIR_OF_FORGETFUL = Duration.ofSeconds(3);

    /** Hosts reported just now and looked at their tunnels, and will do so in some seconds only. */
    private static final Duration QUIET = Duration.ofSeconds(7);

    private static final NatBehaviour CONE =
            NatBehaviour.nat(Dependence.ENDPOINT_INDEPENDENT, Dependence.ADDRESS_DEPENDENT);

    private static final NatBehaviour SYMMETRIC =
            NatBehaviour.nat(
                    Dependence.ADDRESS_AND_PORT_DEPENDENT, Dependence.ADDRESS_AND_PORT_DEPENDENT);

    private final Map<String, List<RememberedPeer>> kept = new LinkedHashMap<>();

    /** F02a. Both lost their tunnels, so that neither finds the other by a session that is left. */
    @Seeded
    void twoNodesThatStartWithoutALighthouseFindEachOther(SimMesh sim) {
        Quartet quartet = new Quartet(LighthouseMesh.remembering(sim, kept));

        quartet.lighthouse.sim().crash();
        quartet.a.sim().crash();
        quartet.b.sim().crash();
        quartet.mesh.runFor(SECOND);
        quartet.a.start();
        quartet.b.start();

        quartet.sendUntilReceived(quartet.b, quartet.a, NEW_PAIR);
    }

    /** F02a: one end has stayed and sends; the other has started anew, remembers nothing and sends nothing. */
    @Seeded({1, 2, 3, 4, 5})
    void theOneThatStayedFindsThePeerThatHasStartedAnew(SimMesh sim) {
        Quartet quartet = new Quartet(LighthouseMesh.of(sim));
        ProbeFlow flow = new ProbeFlow(quartet.mesh, quartet.a, quartet.b);
        flow.run(SECOND);

        quartet.lighthouse.sim().crash();
        flow.run(SECOND);
        quartet.b.sim().crash();
        flow.run(Duration.ofMillis(2_000 + 350 * Math.floorMod(sim.seed(), 6)));
        quartet.b.start();
        flow.mark();
        flow.run(SECOND.multipliedBy(5));

        // Nothing of the pauses between two tries, which are up to a second long by then.
        assertThat(flow.longestSilence()).isLessThan(Duration.ofMillis(250));
    }

    /**
     * F02a of hosts that reach each other through relays only. No lighthouse has ever told the one that has started
     * anew of the other's relays; it knows that its packets came through one.
     */
    @Seeded
    void hostsThatNeedARelayFindEachOtherWhenBothHaveStartedAnewWithoutALighthouse(SimMesh sim) {
        RelayedDuo duo = new RelayedDuo(LighthouseMesh.remembering(sim, kept));

        duo.lighthouse.sim().crash();
        duo.run(SECOND);
        duo.d.loseState();
        duo.run(SECOND.multipliedBy(8));
        duo.c.loseState();
        duo.mark();
        duo.run(SECOND.multipliedBy(4));

        assertThat(duo.there.longestSilence()).isLessThan(NEW_PAIR);
        assertThat(duo.back.longestSilence()).isLessThan(NEW_PAIR);
    }

    /** F04: the lighthouse has its table still. */
    @Seeded
    void aPairThatNeverMetFindsEachOtherSoonAfterTheLighthouseStarts(SimMesh sim) {
        Quartet quartet = new Quartet(LighthouseMesh.remembering(sim, kept));

        quartet.lighthouse.sim().crash();
        quartet.mesh.runFor(SECOND);
        quartet.lighthouse.start();

        quartet.sendUntilReceived(quartet.c, quartet.b, NEW_PAIR);
    }

    /**
     * F04: stock hosts report every ten seconds or more, and do not look after their sessions with lighthouses as ours
     * do.
     */
    @Seeded
    void aLighthouseThatStartsCallsThoseItRemembers(SimMesh sim) {
        Quartet quartet = new Quartet(LighthouseMesh.remembering(sim, kept));
        List<MeshHost> hosts = List.of(quartet.a, quartet.b, quartet.c);
        List<String> names = hosts.stream().map(MeshHost::name).toList();
        Trap.holding(sim.network(), d -> d.isHandshakeMessage(1) && names.contains(d.sender()));

        quartet.lighthouse.sim().crash();
        quartet.mesh.runFor(SECOND);
        quartet.lighthouse.start();
        quartet.mesh.runFor(Duration.ofMillis(500));

        for (MeshHost host : hosts) {
            assertThat(quartet.lighthouse.primaryTo(host)).isNotNull();
        }
        quartet.sendUntilReceived(quartet.lighthouse, quartet.c, SECOND);
    }

    /** F04 without a recv_error, after packets that have nothing to do with its task. */
    @Seeded
    void findsALighthouseThatHasStartedAnewThoughPacketsWentToItLongAgo(SimMesh sim) {
        Quartet quartet = new Quartet(LighthouseMesh.of(sim));
        sim.network()
                .intercept(
                        (datagram, onward) -> {
                            if (datagram.type() != MessageType.RECV_ERROR) {
                                onward.accept(datagram);
                            }
                        });
        for (MeshHost host : List.of(quartet.b, quartet.c)) {
            host.sendTo(quartet.lighthouse, "how are you");
        }
        quartet.mesh.runFor(Duration.ofSeconds(60));

        quartet.lighthouse.sim().crash();
        quartet.mesh.runFor(SECOND);
        quartet.lighthouse.start();

        quartet.sendUntilReceived(quartet.c, quartet.b, Duration.ofSeconds(6));
    }

    /** F04 with a lighthouse that forgets, as stock ones do. */
    @Seeded
    void aPairThatNeverMetFindsEachOtherThoughTheLighthouseForgot(SimMesh sim) {
        Quartet quartet = new Quartet(LighthouseMesh.of(sim));

        quartet.lighthouse.sim().crash();
        quartet.mesh.runFor(SECOND);
        quartet.lighthouse.start();

        quartet.sendUntilReceived(quartet.c, quartet.b, NEW_PAIR_OF_FORGETFUL);
    }

    /** Nothing of the handshake's retries is left by then. */
    @Seeded
    void soDoesOneAfterALighthouseWasAwayForLong(SimMesh sim) {
        Quartet quartet = new Quartet(LighthouseMesh.of(sim));

        quartet.lighthouse.sim().crash();
        quartet.mesh.runFor(Duration.ofSeconds(44));
        quartet.lighthouse.start();

        quartet.sendUntilReceived(quartet.c, quartet.b, NEW_PAIR_OF_FORGETFUL);
    }

    /** Two hosts behind symmetric NATs with flows both ways, a lighthouse and two relays, which are no lighthouses. */
    private static final class RelayedDuo {

        final Mesh mesh;
        final MeshHost lighthouse;
        final MeshHost c;
        final MeshHost d;
        final ProbeFlow there;
        final ProbeFlow back;

        RelayedDuo(Mesh mesh) {
            this.mesh = mesh;
            lighthouse = mesh.lighthouse("lighthouse");
            List<MeshHost> relays =
                    List.of(
                            mesh.host("relay1").use(lighthouse),
                            mesh.host("relay2").use(lighthouse));
            relays.forEach(relay -> relay.section("relay", "{am_relay: true}"));
            c = end("c", relays);
            d = end("d", relays);
            mesh.startAll();
            mesh.runFor(SECOND);
            there = new ProbeFlow(mesh, c, d);
            back = new ProbeFlow(mesh, d, c);
            run(SECOND.multipliedBy(8));
        }

        private MeshHost end(String name, List<MeshHost> relays) {
            MeshHost end = mesh.host(name).behind(SYMMETRIC).use(lighthouse);
            relays.forEach(end::knows);
            String named =
                    String.join(", ", relays.stream().map(r -> "\"" + r.address() + "\"").toList());
            return end.section("relay", "{relays: [" + named + "]}");
        }

        void run(Duration time) {
            ProbeFlow.run(there, back, time);
        }

        void mark() {
            there.mark();
            back.mark();
        }
    }

    /** A lighthouse and three hosts, one behind a NAT, of which a and b have talked. */
    private static final class Quartet {

        final Mesh mesh;
        final MeshHost lighthouse;
        final MeshHost a;
        final MeshHost b;
        final MeshHost c;

        Quartet(Mesh mesh) {
            this.mesh = mesh;
            lighthouse = mesh.lighthouse("lighthouse");
            a = mesh.host("a").use(lighthouse);
            b = mesh.host("b").use(lighthouse);
            c = mesh.host("c").behind(CONE).use(lighthouse);
            mesh.startAll();
            mesh.runFor(SECOND);
            mesh.connect(a, b);
            mesh.keepTalking(a, b, Duration.ofMillis(100), 20);
            mesh.runFor(QUIET);
        }

        void sendUntilReceived(MeshHost from, MeshHost to, Duration within) {
            int before = to.sim().deliveries().size();
            for (Duration sent = Duration.ZERO;
                    sent.compareTo(within) < 0 && to.sim().deliveries().size() == before;
                    sent = sent.plus(EVERY)) {
                from.sendTo(to, "again");
                mesh.runFor(EVERY);
            }
            assertThat(to.sim().deliveries().size()).isGreaterThan(before);
        }
    }
}
