package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * TCP through a path that loses what is larger than 1,280 bytes without a word (docs/adr/0030-path-mtu.md). Datagrams
 * meet the hole one by one, as on any path: netfilter would see a GSO batch as one long packet and drop it, however
 * small its datagrams are, so either none is sent or the sender's network device cuts it.
 */
@Execution(ExecutionMode.CONCURRENT)
class PathMtuIT {

    private static final int MEGABYTES = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration HEALED_WITHIN = Duration.ofSeconds(5);
    private static final Duration MEASURED = Duration.ofSeconds(5);
    private static final String HOLE =
            "table inet hole { chain in { type filter hook input priority 0;"
                    + " meta l4proto udp meta length > 1280 drop; }; }";

    @Test
    void carriesTcpBothWaysBetweenOurs() {
        try (StaticMesh mesh = new StaticMesh(Ours.AGENT)) {
            NamespaceNode a = oneByOne(mesh.node(Ours.AGENT, 10));
            NamespaceNode b = oneByOne(mesh.node(Ours.AGENT, 20));
            mesh.acquaint(a, b);
            mesh.start();
            mesh.check(() -> carriesTcpThroughTheHole(a, b));
        }
    }

    /** With the offloads that are on by default: super-packets and GSO batches are cut to the new size as well. */
    @Test
    void keepsTheRateOfALiveConnectionThatTheHoleHits() {
        try (StaticMesh mesh = new StaticMesh(Ours.AGENT)) {
            NamespaceNode a = cutByItsDevice(mesh.node(Ours.AGENT, 10));
            NamespaceNode b = cutByItsDevice(mesh.node(Ours.AGENT, 20));
            mesh.acquaint(a, b);
            mesh.start();
            mesh.check(() -> flowsOnAfterTheHole(a, b));
        }
    }

    /** What Nebula sends is made smaller by its own kernel, which our node told. */
    @Test
    void carriesTcpBothWaysWithStockNebula() {
        Nebula.NEW.require();
        try (StaticMesh mesh = new StaticMesh(Nebula.NEW)) {
            NamespaceNode a = oneByOne(mesh.node(Ours.AGENT, 10));
            NamespaceNode b = mesh.node(Nebula.NEW, 20);
            mesh.acquaint(a, b);
            mesh.start();
            mesh.check(() -> carriesTcpThroughTheHole(a, b));
        }
    }

    /** A large test request ends 1.6.1 in a panic, so it gets none. */
    @Test
    void leavesAnOldNebulaAlone() {
        Nebula.OLD.require();
        try (StaticMesh mesh = new StaticMesh(Nebula.OLD)) {
            NamespaceNode a = oneByOne(mesh.node(Ours.AGENT, 10));
            NamespaceNode b = mesh.node(Nebula.OLD, 20);
            mesh.acquaint(a, b);
            mesh.start();
            mesh.check(
                    () -> {
                        assertThat(TcpTransfer.of(a, b, MEGABYTES).isIntact()).isTrue();
                        assertThat(TcpTransfer.of(b, a, MEGABYTES).isIntact()).isTrue();
                    });
        }
    }

    private static void carriesTcpThroughTheHole(NamespaceNode a, NamespaceNode b) {
        assertThat(TcpTransfer.of(a, b, 1).isIntact()).isTrue();
        a.host().nft(HOLE);
        b.host().nft(HOLE);

        assertThat(TcpTransfer.of(a, b, MEGABYTES).isIntact()).as("there").isTrue();
        assertThat(TcpTransfer.of(b, a, MEGABYTES).isIntact()).as("back").isTrue();
    }

    private static void flowsOnAfterTheHole(NamespaceNode a, NamespaceNode b) {
        try (PacedTcp stream = PacedTcp.start(a, b)) {
            Waits.until(
                    "the connection flows",
                    PATIENCE,
                    () -> stream.received() > PacedTcp.BYTES_PER_SECOND);
            a.host().nft(HOLE);
            b.host().nft(HOLE);

            stream.receivedIn(HEALED_WITHIN);
            assertThat(stream.receivedIn(MEASURED))
                    .as("bytes in %s, later than %s after the hole", MEASURED, HEALED_WITHIN)
                    .isGreaterThan(PacedTcp.BYTES_PER_SECOND * MEASURED.toSeconds() / 2);
        }
    }

    /** Its underlay device cuts GSO batches before they leave, as network cards do. */
    private static NamespaceNode cutByItsDevice(NamespaceNode node) {
        node.config().tun("{dev: neb0, mtu: 1300}");
        node.host().ip("link set dev u0 gso_max_segs 1\n");
        return node;
    }

    private static NamespaceNode oneByOne(NamespaceNode node) {
        node.config()
                .tun("{dev: neb0, mtu: 1300, use_offloads: false}")
                .listen("udp_offloads: false");
        return node;
    }
}
