package dev.asterism.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.node.CountedMessage;
import dev.asterism.overlay.node.TunnelEvent;
import dev.asterism.overlay.packet.PacketOutcome;
import dev.asterism.overlay.tunnel.PathLimit;
import dev.asterism.sim.Delivery;
import dev.asterism.sim.Flow;
import dev.asterism.sim.IpPackets;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimLink;
import dev.asterism.sim.SimMesh;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Paths that carry smaller packets than the device's MTU (fault-baselines F14, docs/adr/0030-path-mtu.md). */
class PathMtuSimTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration BAR = Duration.ofSeconds(3);
    private static final Duration STEP = Duration.ofMillis(50);
    private static final int ACK = 0x10;
    private static final int TUN_MTU = 1300;
    private static final int IPV4_TCP = 40;
    private static final int OVERHEAD = 60;

    /** Two nodes with a stream of full-size TCP segments from a to b, each sent until it has arrived. */
    private static final class World {
        private final Mesh mesh;
        private final MeshHost a;
        private final MeshHost b;
        private int sequence;
        private int arrivedUpTo;
        private Duration longestStall = Duration.ZERO;

        World(SimMesh sim) {
            this(sim, "{}");
        }

        World(SimMesh sim, String asterism) {
            mesh = new Mesh(sim);
            a = mesh.host("a").section("asterism", asterism);
            b = mesh.host("b").section("asterism", asterism);
            mesh.startAcquainted(a, b);
            mesh.connect(a, b);
            b.sim().onDelivery(this::arrived);
        }

        void mtu(int bytes) {
            mesh.network().link(a.sim(), b.sim(), SimLink.WIDE_AREA.withMtu(bytes));
        }

        /** As TCP: what is not acknowledged is sent again after 200 ms, then after twice the time, and so on. */
        void stream(Duration time) {
            Duration left = time;
            while (left.isPositive()) {
                Duration took = segment();
                longestStall = took.compareTo(longestStall) > 0 ? took : longestStall;
                left = left.minus(took);
            }
        }

        private Duration segment() {
            byte[] payload = new byte[TUN_MTU - IPV4_TCP];
            Bytes packet =
                    IpPackets.tcp(
                            new Flow(a.address(), 4000, b.address(), 80), ACK, sequence, payload);
            sequence += payload.length;
            Duration took = Duration.ZERO;
            Duration timeout = Duration.ofMillis(200);
            while (took.compareTo(Duration.ofSeconds(60)) < 0) {
                a.sim().inject(packet);
                for (Duration end = took.plus(timeout); took.compareTo(end) < 0; ) {
                    mesh.runFor(STEP);
                    took = took.plus(STEP);
                    if (arrivedUpTo == sequence) {
                        return took;
                    }
                }
                timeout = timeout.multipliedBy(2);
            }
            return took;
        }

        private void arrived(Delivery delivery) {
            Bytes packet = delivery.packet();
            if ((packet.at(9) & 0xFF) == 6) {
                arrivedUpTo = word(packet, 24) + packet.length() - IPV4_TCP;
            }
        }

        int limit() {
            return Objects.requireNonNull(a.primaryTo(b)).pathLimit().limit();
        }

        long paddedRequests() {
            return a.node().node().messages().sent(CountedMessage.TEST_REQUEST);
        }
    }

    private static int word(Bytes packet, int at) {
        return (packet.at(at) & 0xFF) << 24
                | (packet.at(at + 1) & 0xFF) << 16
                | (packet.at(at + 2) & 0xFF) << 8
                | packet.at(at + 3) & 0xFF;
    }

    /** F14a. */
    @Seeded
    void tcpFlowsOnThroughAHoleOf1280(SimMesh sim) {
        assertFlowsThrough(sim, 1280);
    }

    /** F14b. */
    @Seeded
    void tcpFlowsOnThroughAHoleOf1200(SimMesh sim) {
        assertFlowsThrough(sim, 1200);
    }

    private static void assertFlowsThrough(SimMesh sim, int underlay) {
        World world = new World(sim);
        world.stream(Duration.ofSeconds(10));
        world.mtu(underlay);

        world.stream(Duration.ofSeconds(20));

        assertThat(world.longestStall).isLessThanOrEqualTo(BAR);
        assertThat(world.limit()).isEqualTo(underlay - OVERHEAD);
        assertThat(world.a.sim().events(TunnelEvent.PathMtuChanged.class)).hasSize(1);
    }

    @Seeded
    void holeThatWasThereBeforeTheTunnel(SimMesh sim) {
        World world = new World(sim);
        world.mtu(1280);

        world.stream(Duration.ofSeconds(5));

        assertThat(world.longestStall).isLessThanOrEqualTo(BAR);
    }

    @Seeded({1, 2})
    void ordinaryLossLowersNothing(SimMesh sim) {
        World world = new World(sim);
        world.mesh.network().link(world.a.sim(), world.b.sim(), SimLink.WIDE_AREA.withLoss(0.05));
        long before = world.paddedRequests();

        world.stream(Duration.ofMinutes(10));

        assertThat(world.a.sim().events(TunnelEvent.PathMtuChanged.class)).isEmpty();
        assertThat(world.paddedRequests() - before).isLessThan(600 * 8);
    }

    @Seeded
    void growsAgainAfterTenMinutes(SimMesh sim) {
        World world = new World(sim);
        world.mtu(1280);
        world.stream(Duration.ofSeconds(10));
        world.mtu(1500);

        world.stream(Duration.ofSeconds(580));
        assertThat(world.limit()).isEqualTo(1220);
        world.stream(Duration.ofSeconds(30));

        assertThat(world.limit()).isEqualTo(PathLimit.NONE);
    }

    @Seeded
    void turnedOffItIsAsBefore(SimMesh sim) {
        World world = new World(sim, "{path_mtu: false}");
        world.mtu(1280);
        long before = world.paddedRequests();

        world.stream(Duration.ofSeconds(10));

        assertThat(world.limit()).isEqualTo(PathLimit.NONE);
        assertThat(world.longestStall).isGreaterThan(BAR);
        assertThat(world.paddedRequests() - before).isLessThan(20);
    }

    @Seeded
    void reloadTurnsItOffAndOn(SimMesh sim) {
        World world = new World(sim);
        world.mtu(1280);
        world.stream(Duration.ofSeconds(5));
        assertThat(world.limit()).isEqualTo(1220);

        world.a.section("asterism", "{path_mtu: false}").reload();
        world.mesh.runFor(SECOND);
        assertThat(world.limit()).isEqualTo(PathLimit.NONE);

        world.a.section("asterism", "{path_mtu: true}").reload();
        world.stream(Duration.ofSeconds(5));
        assertThat(world.limit()).isEqualTo(1220);
    }

    @Seeded
    void newTunnelKnowsWhatTheOldOneKnew(SimMesh sim) {
        World world = new World(sim);
        world.mtu(1280);
        world.stream(Duration.ofSeconds(5));

        world.a.node().handshakeWith(world.b.address());
        world.mesh.runUntil(world.a.hasTunnelsTo(world.b, 2), SECOND);

        assertThat(world.a.tunnelsTo(world.b))
                .allSatisfy(tunnel -> assertThat(tunnel.pathLimit().limit()).isEqualTo(1220));
    }

    @Seeded
    void udpThatMayNotBeCutIsAnswered(SimMesh sim) {
        World world = new World(sim);
        world.mtu(1280);
        world.stream(Duration.ofSeconds(5));
        int before = world.a.sim().deliveries().size();

        world.a.sim().inject(dontFragment(udp(world, 1280)));
        world.mesh.runFor(SECOND);

        Bytes answer = Objects.requireNonNull(icmp(world.a, before), "no ICMP message");
        assertThat(answer.at(20)).as("type").isEqualTo((byte) 3);
        assertThat(answer.at(21)).as("code").isEqualTo((byte) 4);
        assertThat(word(answer, 24)).as("MTU").isEqualTo(1220);
        assertThat(
                        world.a
                                .node()
                                .node()
                                .stats()
                                .count(Direction.OUTBOUND, PacketOutcome.OVER_PATH_MTU))
                .isEqualTo(1);
    }

    @Seeded
    void udpThatMayBeCutArrivesInFragments(SimMesh sim) {
        World world = new World(sim);
        world.mtu(1280);
        world.stream(Duration.ofSeconds(5));
        int before = world.b.sim().deliveries().size();
        Bytes packet = udp(world, 1290);

        world.a.sim().inject(packet);
        world.mesh.runFor(Duration.ofMillis(100));

        List<Bytes> pieces =
                world.b.sim().deliveries().stream().skip(before).map(Delivery::packet).toList();
        assertThat(pieces).hasSize(2);
        assertThat(pieces.getFirst().length()).isLessThanOrEqualTo(1220);
        byte[] whole = packet.toArray();
        int first = pieces.getFirst().length();
        assertThat(pieces.getFirst().slice(20, first - 20)).isEqualTo(packet.slice(20, first - 20));
        assertThat(pieces.get(1).slice(20, pieces.get(1).length() - 20))
                .isEqualTo(packet.slice(first, whole.length - first));
    }

    /** It sends large packets of which we see none, and does not look for holes itself. */
    @Seeded
    void tellsTheHostOfAPeerThatDoesNotLook(SimMesh sim) {
        World world = new World(sim);
        world.b.section("asterism", "{path_mtu: false}").reload();
        world.mesh.runFor(SECOND);
        int before = world.b.sim().deliveries().size();
        world.b.sim().inject(largeFrom(world.b, world.a, 0));
        world.mesh.runFor(SECOND);
        world.mtu(1280);
        for (int i = 1; i < 30; i++) {
            world.b.sim().inject(largeFrom(world.b, world.a, i));
            world.mesh.runFor(Duration.ofMillis(100));
        }

        Bytes told = Objects.requireNonNull(icmp(world.b, before), "no ICMP message");
        assertThat(word(told, 24)).as("type, code, checksum, MTU").isEqualTo(1220);
        assertThat(told.at(28 + 9)).as("quotes UDP").isEqualTo((byte) 17);
    }

    private static Bytes largeFrom(MeshHost from, MeshHost to, int number) {
        return IpPackets.tcp(
                new Flow(from.address(), 80, to.address(), 4000),
                ACK,
                number,
                new byte[TUN_MTU - IPV4_TCP]);
    }

    private static Bytes udp(World world, int length) {
        byte[] payload = new byte[length - 28];
        for (int i = 0; i < payload.length; i++) {
            payload[i] = (byte) i;
        }
        return IpPackets.udp(new Flow(world.a.address(), 5000, world.b.address(), 80), payload);
    }

    private static Bytes dontFragment(Bytes packet) {
        byte[] bytes = packet.toArray();
        bytes[6] |= 0x40;
        int sum = ((bytes[10] & 0xFF) << 8 | bytes[11] & 0xFF) - 0x4000;
        sum = sum < 0 ? sum + 0xFFFF : sum;
        bytes[10] = (byte) (sum >> 8);
        bytes[11] = (byte) sum;
        return Bytes.owning(bytes);
    }

    private static @Nullable Bytes icmp(MeshHost at, int skip) {
        return at.sim().deliveries().stream()
                .skip(skip)
                .map(Delivery::packet)
                .filter(packet -> packet.at(9) == 1)
                .findFirst()
                .orElse(null);
    }
}
