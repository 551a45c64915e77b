package dev.asterism.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.handshake.KnownPrefixes;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.wire.Header;
import dev.asterism.overlay.wire.MessageType;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimDatagram;
import dev.asterism.sim.SimMesh;
import dev.asterism.sim.Trap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Hosts begin handshakes with b, and what b answers is late: they cannot prove themselves. */
class CrowdSimTest {

    private static final Duration HALF_A_SECOND = Duration.ofMillis(500);
    private static final Duration TWO_SECONDS = Duration.ofSeconds(2);

    private final List<MeshHost> crowd = new ArrayList<>();

    @Seeded
    void looksOnlyForThoseOfACrowdToWhomItSends(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost b = mesh.host("b");
        Trap fromB = callB(mesh, b, 80);

        mesh.runFor(TWO_SECONDS);
        assertThat(b.node().node().tunnels().size()).isGreaterThanOrEqualTo(80);
        assertThat(message1s(fromB)).isEmpty();

        b.sendTo(crowd.get(7), "one of them is wanted");
        mesh.runFor(HALF_A_SECOND);
        assertThat(message1s(fromB)).isNotEmpty();
        assertThat(message1s(fromB)).allMatch(sent -> sent.to().equals(crowd.get(7).endpoint()));
    }

    @Seeded
    void looksForEveryOneOfAFew(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost b = mesh.host("b");
        Trap fromB = callB(mesh, b, 20);

        mesh.runFor(TWO_SECONDS);

        assertThat(message1s(fromB).stream().map(SimDatagram::to).distinct()).hasSize(20);
    }

    /** All at once, from where they have been before, so that none of them has to wait for its turn. */
    private Trap callB(Mesh mesh, MeshHost b, int hosts) {
        List<KnownPrefixes.Entry> before = new ArrayList<>();
        for (int i = 0; i < hosts; i++) {
            MeshHost host = mesh.host("host" + i);
            crowd.add(host);
            before.add(
                    new KnownPrefixes.Entry(
                            host.identity().certificate().publicKey(),
                            Ip.ofIpv4(host.endpoint().ip().ipv4() & 0xFFFFFF00)));
        }
        Trap fromB = Trap.holding(mesh.network(), datagram -> datagram.from().equals(b.endpoint()));
        mesh.startAll();
        for (MeshHost host : crowd) {
            host.learns(b, b.endpoint());
            b.learns(host, host.endpoint());
        }
        b.node().node().control().handshakes().knownPrefixes().restore(before);
        crowd.forEach(host -> host.sendTo(b, "back again"));
        return fromB;
    }

    private static List<SimDatagram> message1s(Trap trap) {
        return trap.caught().stream().filter(sent -> isMessage1(sent.content())).toList();
    }

    private static boolean isMessage1(Bytes datagram) {
        return Header.isValid(datagram.asSegment(), 0)
                && Header.typeNumber(datagram.asSegment(), 0) == MessageType.HANDSHAKE.number()
                && Header.counter(datagram.asSegment(), 0) == 1;
    }
}
