package dev.asterism.lighthouse.mesh;

import dev.asterism.lighthouse.Discovery;
import dev.asterism.mesh.Mesh;
import dev.asterism.mesh.MeshHost;
import dev.asterism.overlay.discovery.ControlLink;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.revocation.BundleException;
import dev.asterism.overlay.revocation.BundleNumber;
import dev.asterism.overlay.revocation.RevocationBundle;
import dev.asterism.overlay.revocation.TestBundles;
import dev.asterism.sim.Condition;
import dev.asterism.sim.SimClock;
import dev.asterism.sim.SimMesh;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A mesh whose nodes keep their bundles over a restart, as the state folder does, and whose lighthouses may lie. */
final class BundleMesh {

    final SimMesh sim;
    final Mesh mesh;
    final TestBundles issuer;
    final Map<String, LyingLighthouse.Lie> liars = new LinkedHashMap<>();

    /** What stands between a lighthouse and its way out, by its name. */
    final Map<String, UnaryOperator<ControlLink>> links = new LinkedHashMap<>();

    /** By the name of the host. */
    final Map<String, List<RevocationBundle>> kept = new LinkedHashMap<>();

    private final List<MeshHost> lighthouses = new ArrayList<>();
    private final Map<String, Discovery> running = new LinkedHashMap<>();

    BundleMesh(SimMesh sim) {
        this.sim = sim;
        mesh =
                new Mesh(
                        sim,
                        (environment, snapshot, link) -> {
                            String name = snapshot.identity().certificate().name();
                            ControlLink way =
                                    links.getOrDefault(name, UnaryOperator.identity()).apply(link);
                            Discovery discovery =
                                    LighthouseMesh.discovery(environment, snapshot, way);
                            running.put(name, discovery);
                            restore(discovery, kept.getOrDefault(name, List.of()));
                            discovery.onNews(() -> kept.put(name, inForce(discovery)));
                            LyingLighthouse.Lie lie = liars.get(name);
                            return lie == null
                                    ? discovery
                                    : new LyingLighthouse(discovery, link, lie, issuer());
                        });
        issuer = TestBundles.of(mesh.pki());
    }

    private TestBundles issuer() {
        return issuer;
    }

    private static List<RevocationBundle> inForce(Discovery discovery) {
        return List.copyOf(discovery.exchange().kept().inForce().all());
    }

    List<RevocationBundle> inForceAt(MeshHost host) {
        return inForce(discovery(host));
    }

    private void restore(Discovery discovery, List<RevocationBundle> bundles) {
        try {
            for (RevocationBundle bundle : bundles) {
                discovery.exchange().kept().restore(bundle, now());
            }
        } catch (BundleException e) {
            throw new IllegalArgumentException(e);
        }
    }

    Tick now() {
        return new Tick(sim.clock().nanos(), SimClock.EPOCH.plus(sim.clock().elapsed()));
    }

    MeshHost lighthouse(String name) {
        MeshHost lighthouse = mesh.lighthouse(name);
        lighthouses.add(lighthouse);
        return lighthouse;
    }

    MeshHost lighthouseNamed(String name) {
        return lighthouses.stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    MeshHost liar(String name, LyingLighthouse.Lie lie) {
        liars.put(name, lie);
        return lighthouse(name);
    }

    /** A host that uses all lighthouses made so far. */
    MeshHost host(String name) {
        MeshHost host = mesh.host(name);
        List<String> addresses = new ArrayList<>();
        for (MeshHost lighthouse : lighthouses) {
            host.knows(lighthouse);
            addresses.add("\"" + lighthouse.address() + "\"");
        }
        return host.section("lighthouse", "{hosts: [" + String.join(", ", addresses) + "]}");
    }

    /** As an operator gives it to the agent of that host. */
    void give(MeshHost host, RevocationBundle bundle) {
        try {
            discovery(host).exchange().offer(bundle, now());
        } catch (BundleException e) {
            throw new IllegalArgumentException(e);
        }
        host.sim().wake();
    }

    Discovery discovery(MeshHost host) {
        return Objects.requireNonNull(running.get(host.name()));
    }

    @Nullable BundleNumber numberAt(MeshHost host) {
        RevocationBundle bundle =
                discovery(host).exchange().kept().inForce().of(mesh.pki().ca().fingerprint());
        return bundle == null ? null : bundle.number();
    }

    Condition hasNumber(MeshHost host, String number) {
        return Condition.of(
                host.name() + " goes by bundle " + number,
                () -> number.equals(String.valueOf(numberAt(host))));
    }

    Condition haveNumber(List<MeshHost> hosts, String number) {
        Condition all = hasNumber(hosts.getFirst(), number);
        for (MeshHost host : hosts.subList(1, hosts.size())) {
            all = all.and(hasNumber(host, number));
        }
        return all;
    }
}
