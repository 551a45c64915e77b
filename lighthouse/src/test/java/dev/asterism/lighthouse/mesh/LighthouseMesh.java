package dev.asterism.lighthouse.mesh;

import dev.asterism.lighthouse.Discovery;
import dev.asterism.lighthouse.client.LocalAddresses.LocalAddress;
import dev.asterism.lighthouse.memory.RememberedPeer;
import dev.asterism.lighthouse.settings.DiscoverySettings;
import dev.asterism.mesh.Mesh;
import dev.asterism.overlay.discovery.ControlLink;
import dev.asterism.overlay.lane.NodeSnapshot;
import dev.asterism.sim.SimEnvironment;
import dev.asterism.sim.SimHost;
import dev.asterism.sim.SimMesh;
import java.util.List;
import java.util.Map;

/** Meshes whose nodes have the real discovery. */
final class LighthouseMesh {

    private LighthouseMesh() {}

    static Mesh of(SimMesh sim) {
        return new Mesh(sim, LighthouseMesh::discovery);
    }

    /**
     * As above; each node finds what the one before it kept, by the name in its certificate, even if that was killed.
     */
    static Mesh remembering(SimMesh sim, Map<String, List<RememberedPeer>> kept) {
        return new Mesh(
                sim,
                (environment, snapshot, link) -> {
                    Discovery discovery = discovery(environment, snapshot, link);
                    String name = snapshot.identity().certificate().name();
                    discovery.restore(
                            kept.getOrDefault(name, List.of()), List.of(), environment.now());
                    discovery.onNews(() -> kept.put(name, discovery.remembered()));
                    return discovery;
                });
    }

    static Discovery discovery(
            SimEnvironment environment, NodeSnapshot snapshot, ControlLink link) {
        return new Discovery(
                settings(snapshot),
                link,
                environment.events(),
                (_, _) -> {},
                _ -> interfaces(environment),
                environment.random());
    }

    private static DiscoverySettings settings(NodeSnapshot snapshot) {
        boolean ipv4Only = snapshot.config().listen().address().host().equals("0.0.0.0");
        return DiscoverySettings.of(
                snapshot.config(),
                snapshot.identity().certificate().networks(),
                ipv4Only,
                SimHost.NODE_PORT);
    }

    private static List<LocalAddress> interfaces(SimEnvironment environment) {
        return environment.underlayAddresses().stream()
                .map(ip -> new LocalAddress("eth0", ip))
                .toList();
    }
}
