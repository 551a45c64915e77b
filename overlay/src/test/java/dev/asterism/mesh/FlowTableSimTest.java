package dev.asterism.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.node.FlowTableFullEvent;
import dev.asterism.sim.Flow;
import dev.asterism.sim.IpPackets;
import dev.asterism.sim.Seeded;
import dev.asterism.sim.SimMesh;
import java.time.Duration;

/** A member that opens more flows than the other end may remember (docs/adr/0016-fair-flow-table.md). */
class FlowTableSimTest {

    private static final int ENTRIES = 1024;

    @Seeded
    void saysWhoFillsTheTableAndLosesNoPacketOfOthers(SimMesh sim) {
        Mesh mesh = new Mesh(sim);
        MeshHost greedy = mesh.host("a");
        MeshHost modest = mesh.host("b");
        MeshHost target =
                mesh.host("c")
                        .section("asterism", "{conntrack: {max_entries: " + ENTRIES + "}}")
                        .section(
                                "firewall",
                                "{inbound: [{port: any, proto: any, host: any}],"
                                        + " outbound: [{port: any, proto: tcp, host: any}]}");
        mesh.startAll();
        greedy.learns(target, target.endpoint());
        modest.learns(target, target.endpoint());
        arrives(mesh, modest, target);

        for (int port = 1000; port < 1000 + 3 * ENTRIES; port++) {
            greedy.sim()
                    .inject(
                            IpPackets.udp(
                                    new Flow(greedy.address(), port, target.address(), 80),
                                    new byte[8]));
            if (port % 64 == 0) {
                arrives(mesh, modest, target);
            }
        }
        mesh.runFor(Duration.ofSeconds(70));
        arrives(mesh, modest, target);

        assertThat(target.sim().events(FlowTableFullEvent.class))
                .hasSizeBetween(1, 2)
                .allMatch(event -> event.largestHolder().equals(greedy.name()))
                .allMatch(event -> event.maxEntries() == ENTRIES)
                .allMatch(event -> event.evicted() > 0 && event.largestHolderFlows() > ENTRIES / 2);
    }

    private static void arrives(Mesh mesh, MeshHost from, MeshHost to) {
        long probe = from.sendTo(to, "probe");
        mesh.runUntil(to.sim().received(probe), Duration.ofSeconds(2));
    }
}
