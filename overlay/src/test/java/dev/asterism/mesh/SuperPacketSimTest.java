package dev.asterism.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.packet.PacketOutcome;
import dev.asterism.overlay.wire.Header;
import dev.asterism.overlay.wire.MessageType;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimDatagram;
import dev.asterism.sim.SimHost;
import dev.asterism.sim.SimLink;
import dev.asterism.sim.SimMesh;
import dev.asterism.sim.SimObserver;
import dev.asterism.sim.SimRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Super-packets, GSO batches and unfinished checksums through whole nodes, between hosts that can
 * and cannot do each of them (docs/wire-extensions.md).
 */
class SuperPacketSimTest {

    private static final Duration STEP = Duration.ofMillis(5);
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Seeded({1, 2, 3, 4, 5, 6})
    void bringsEveryByteInOrderBetweenAllKindsOfHosts(SimMesh sim) {
        World world = new World(sim);

        world.write(60);
        world.mesh.runFor(SECOND);

        for (SegmentStream stream : world.streams) {
            assertThat(stream.arrived().equals(stream.sent())).as("%s", stream).isTrue();
        }
        world.checkMarks();
        assertThat(
                        world.sum(
                                PacketOutcome.MALFORMED,
                                PacketOutcome.INVALID_HEADER,
                                PacketOutcome.INVALID_LENGTH,
                                PacketOutcome.INVALID_EXTENSION,
                                PacketOutcome.FORGED,
                                PacketOutcome.REPLAYED,
                                PacketOutcome.TOO_LARGE))
                .isZero();
        assertThat(world.offloading())
                .allSatisfy(host -> assertThat(host.superPacketsReceived()).isPositive());
    }

    @Seeded({1, 2, 3, 4})
    void losesWholePacketsOnlyAndTcpRepairsThem(SimMesh sim) {
        World world = new World(sim);
        sim.network()
                .wideArea(
                        SimLink.WIDE_AREA
                                .withJitter(Duration.ofMillis(3))
                                .withFaults(new SimLink.Faults(0.03, 0.03, 0.05, 0.01)));

        world.write(30);
        world.mesh.runFor(SECOND);
        int rounds = 0;
        for (boolean more = true; more && rounds < 400; rounds++) {
            more = false;
            for (SegmentStream stream : world.streams) {
                more |= stream.isTcp() && stream.repairs();
            }
            world.mesh.runFor(Duration.ofMillis(200));
        }

        assertThat(rounds).as("rounds until all is there").isBetween(2, 399);
        world.checkMarks();
        assertThat(world.sum(PacketOutcome.MALFORMED)).isZero();
        assertThat(world.sum(PacketOutcome.FORGED)).as("corrupted on the way").isPositive();
        assertThat(world.sum(PacketOutcome.REPLAYED)).as("duplicated on the way").isPositive();
    }

    /** A copy of every packet goes first, with the mark where there was none and without where it was, or damaged. */
    @Seeded({1, 2, 3})
    void deliversNothingWhoseMarkWasForged(SimMesh sim) {
        World world = new World(sim);
        SimRandom dice = sim.random("forger");
        sim.network()
                .intercept(
                        (datagram, onward) -> {
                            if (datagram.type() == MessageType.MESSAGE) {
                                onward.accept(forged(datagram, dice));
                            }
                            onward.accept(datagram);
                        });

        world.write(20);
        world.mesh.runFor(SECOND);

        for (SegmentStream stream : world.streams) {
            assertThat(stream.arrived().equals(stream.sent())).as("%s", stream).isTrue();
        }
        assertThat(world.sum(PacketOutcome.FORGED)).isPositive();
        assertThat(world.sum(PacketOutcome.INVALID_EXTENSION))
                .as("marks nobody agreed on")
                .isPositive();
        assertThat(world.sum(PacketOutcome.MALFORMED)).isZero();
    }

    private static SimDatagram forged(SimDatagram datagram, SimRandom dice) {
        byte[] bytes = datagram.content().toArray();
        bytes[2] ^= (byte) 0x80;
        if (dice.chance(0.5)) {
            bytes[2] = (byte) 0x80;
            int at = Header.LENGTH + dice.nextInt(bytes.length - Header.LENGTH);
            bytes[at] ^= (byte) (1 + dice.nextInt(255));
        }
        return datagram.withContent(Bytes.owning(bytes));
    }

    /** Five hosts with tunnels between all of them, and streams both ways. */
    private static final class World {

        private final Mesh mesh;
        private final MarkWatch marks = new MarkWatch();
        private final List<MeshHost> hosts = new ArrayList<>();
        private final List<MeshHost> offloading = new ArrayList<>();
        private final List<SegmentStream> streams = new ArrayList<>();

        World(SimMesh sim) {
            mesh = new Mesh(sim);
            SimRandom dice = sim.random("world");
            add(dice, true, true);
            add(dice, true, true);
            add(dice, true, false);
            add(dice, false, true);
            add(dice, false, false);
            hosts.forEach(host -> hosts.stream().filter(h -> h != host).forEach(host::knows));
            sim.check(marks);
            sim.check(
                    new SimObserver() {
                        @Override
                        public void rejectedByStack(SimHost host, Bytes packet, String reason) {
                            throw new AssertionError(host + " refuses: " + reason);
                        }
                    });
            mesh.startAll();
            connect(dice);
        }

        private void add(SimRandom dice, boolean offloads, boolean extensions) {
            MeshHost host = mesh.host("n" + hosts.size());
            if (offloads) {
                host.sim().offloading();
                offloading.add(host);
            }
            if (offloads || dice.chance(0.5)) {
                host.sim().mergingReceives();
            }
            host.section("asterism", "{wire_extensions: " + extensions + "}");
            host.section("routines", Integer.toString(1 + dice.nextInt(3)));
            marks.add(host, offloads && extensions);
            hosts.add(host);
        }

        private void connect(SimRandom dice) {
            int port = 1000;
            for (MeshHost a : hosts) {
                for (MeshHost b : hosts) {
                    if (hosts.indexOf(a) < hosts.indexOf(b)) {
                        mesh.connect(a, b);
                    }
                    if (a != b) {
                        streams.add(new SegmentStream(a, b, port++, true, dice));
                        streams.add(new SegmentStream(a, b, port++, false, dice));
                    }
                }
            }
        }

        void write(int steps) {
            SimRandom dice = mesh.sim().random("writers");
            for (int step = 0; step < steps; step++) {
                for (SegmentStream stream : streams) {
                    if (dice.chance(0.15)) {
                        stream.write();
                    }
                }
                mesh.runFor(STEP);
            }
        }

        void checkMarks() {
            for (MeshHost from : hosts) {
                for (MeshHost to : hosts) {
                    if (from != to && marks.agrees(from, to)) {
                        assertThat(marks.marked(from, to)).as("%s to %s", from, to).isPositive();
                    }
                }
            }
        }

        List<SimHost> offloading() {
            return offloading.stream().map(MeshHost::sim).toList();
        }

        long sum(PacketOutcome... outcomes) {
            long sum = 0;
            for (MeshHost host : hosts) {
                for (PacketOutcome outcome : outcomes) {
                    sum += host.node().node().stats().count(Direction.INBOUND, outcome);
                }
            }
            return sum;
        }
    }
}
