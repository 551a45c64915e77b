package dev.asterism.lighthouse.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.lighthouse.server.LighthouseServerEvent;
import dev.asterism.mesh.Mesh;
import dev.asterism.mesh.MeshHost;
import dev.asterism.mesh.MeshNode;
import dev.asterism.overlay.net.Ip;
import dev.asterism.sim.SimMesh;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A whole mesh that registers again with a lighthouse that was killed and started, as it was and as a stock one:
 * it remembers nothing. The limits on curve work for strangers are in force (docs/adr/0008-budget-for-strangers.md).
 */
class RegistrationSimTest {

    private static final long SEED = 1;
    private static final long MEBIBYTE = 1 << 20;

    /** A session, a certificate and addresses do not fit into less, so that a smaller figure is no measurement. */
    private static final long LEAST_OF_A_HOST = 1_000;

    @Test
    void aThousandHostsAreBackInHalfAMinute() {
        restart(1_000, Duration.ofSeconds(30), 64);
    }

    /** Some minutes. {@code -Dasterism.swarm=true -Dtest.heap=6g} runs it, as the nightly run does. */
    @Test
    @EnabledIfSystemProperty(named = "asterism.swarm", matches = "true")
    void tenThousandHostsAreBackInAMinute() {
        restart(10_000, Duration.ofSeconds(60), 256);
    }

    /**
     * @param mebibytes of heap that the lighthouse may hold at the end, with a tunnel to every host
     */
    private static void restart(int count, Duration within, int mebibytes) {
        SimMesh sim = SimMesh.exactly(SEED).sharingSlabs();
        Mesh mesh = LighthouseMesh.of(sim);
        MeshHost lighthouse = mesh.lighthouse("lighthouse").start();
        List<MeshHost> hosts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            MeshHost host =
                    mesh.host("h" + i)
                            .use(lighthouse)
                            .section("asterism", "{conntrack: {max_entries: 1024}}");
            hosts.add(host);
            sim.after(Duration.ofMillis(i * within.toMillis() / count / 2), host::start);
        }
        mesh.runFor(within);
        long there = hosts.stream().filter(host -> host.primaryTo(lighthouse) != null).count();
        assertThat(there).as("hosts with a tunnel before").isGreaterThanOrEqualTo(least(count));

        lighthouse.sim().crash();
        mesh.runFor(Duration.ofSeconds(1));
        int before = lighthouse.sim().events(LighthouseServerEvent.HostUpdated.class).size();
        lighthouse.start();
        mesh.runFor(within);

        int back = registered(lighthouse, before).size();
        System.out.printf("%d of %d hosts registered within %s%n", back, count, within);
        assertThat(back).isGreaterThanOrEqualTo((int) least(count));

        long heap = heapOf(lighthouse);
        System.out.printf("the lighthouse holds %.1f MiB of heap%n", heap / (double) MEBIBYTE);
        assertThat(heap).isBetween(back * LEAST_OF_A_HOST, mebibytes * MEBIBYTE);
    }

    private static long least(int count) {
        return count * 99L / 100;
    }

    /** By how much less is used without it; ends it. */
    private static long heapOf(MeshHost lighthouse) {
        WeakReference<MeshNode> node = new WeakReference<>(lighthouse.node());
        long with = used();
        lighthouse.sim().crash();
        long without = used();
        assertThat(node.get()).as("what crashed is out of memory").isNull();
        return with - without;
    }

    private static long used() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }

    private static Set<Ip> registered(MeshHost lighthouse, int before) {
        Set<Ip> hosts = new LinkedHashSet<>();
        lighthouse.sim().events(LighthouseServerEvent.HostUpdated.class).stream()
                .skip(before)
                .forEach(update -> hosts.add(update.host()));
        return hosts;
    }
}
