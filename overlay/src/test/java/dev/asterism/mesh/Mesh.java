package dev.asterism.mesh;

import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.cert.TestPki;
import dev.asterism.sim.Condition;
import dev.asterism.sim.SimMesh;
import dev.asterism.sim.SimNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A simulated world in which the nodes are ours and share one CA. */
public final class Mesh {

    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final SimMesh sim;
    private final MeshDiscovery discovery;
    private final TestPki pki;
    private final List<MeshHost> hosts = new ArrayList<>();

    /** One whose nodes know each other by {@code static_host_map} only. */
    public Mesh(SimMesh sim) {
        this(sim, StaticDirectory::new);
    }

    public Mesh(SimMesh sim, MeshDiscovery discovery) {
        this(sim, discovery, TestPki.seeded(sim.seed()));
    }

    /** One whose CA is of version 2 and of that curve. */
    public Mesh(SimMesh sim, Curve curve) {
        this(sim, StaticDirectory::new, TestPki.seeded(sim.seed(), curve));
    }

    private Mesh(SimMesh sim, MeshDiscovery discovery, TestPki pki) {
        this.sim = sim;
        this.discovery = discovery;
        this.pki = pki;
    }

    public SimMesh sim() {
        return sim;
    }

    public SimNetwork network() {
        return sim.network();
    }

    MeshDiscovery discovery() {
        return discovery;
    }

    public TestPki pki() {
        return pki;
    }

    /** A host that knows nobody yet; overlay address 10.42.0.N/16 in the order of creation. */
    public MeshHost host(String name) {
        MeshHost host = new MeshHost(this, sim.host(name));
        hosts.add(host);
        return host;
    }

    /** A host on the internet that others can {@link MeshHost#use}. */
    public MeshHost lighthouse(String name) {
        return host(name).section("lighthouse", "{am_lighthouse: true}");
    }

    /** Two hosts with each other in static_host_map, started. */
    public void startAcquainted(MeshHost a, MeshHost b) {
        a.knows(b);
        b.knows(a);
        a.start();
        b.start();
    }

    public void startAll() {
        hosts.forEach(MeshHost::start);
    }

    public void runFor(Duration time) {
        sim.runFor(time);
    }

    public void runUntil(Condition condition, Duration within) {
        sim.runUntil(condition, within);
    }

    /** One packet from a, then one back, so that only a begins a handshake: one tunnel on each side. */
    public void connect(MeshHost a, MeshHost b) {
        long there = a.sendTo(b, "there");
        runUntil(b.sim().received(there), CONNECT);
        long back = b.sendTo(a, "back");
        runUntil(a.sim().received(back), CONNECT);
    }

    /** Sends one packet each way at once and waits for both. */
    public void exchange(MeshHost a, MeshHost b, Duration within) {
        long there = a.sendTo(b, "there");
        long back = b.sendTo(a, "back");
        runUntil(b.sim().received(there).and(a.sim().received(back)), within);
    }

    /** One packet each way in every interval, so that tunnels count as used; none may be lost. */
    public void keepTalking(MeshHost a, MeshHost b, Duration interval, int times) {
        for (int i = 0; i < times; i++) {
            exchange(a, b, interval);
            runFor(interval);
        }
    }
}
