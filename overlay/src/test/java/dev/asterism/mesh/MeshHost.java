package dev.asterism.mesh;

import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.KeyPem;
import dev.asterism.overlay.cert.LocalIdentity;
import dev.asterism.overlay.cert.Subject;
import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.config.ConfigOutcome;
import dev.asterism.overlay.config.ConfigReader;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.node.PkiMaterial;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.sim.Condition;
import dev.asterism.sim.NatBehaviour;
import dev.asterism.sim.SimClock;
import dev.asterism.sim.SimHost;
import dev.asterism.sim.SimNat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A host with its certificate and configuration. Change both at will; {@link #start} and {@link #reload} put them
 * in force, through the same reader as the agent's.
 */
public final class MeshHost {

    private static final String ALLOW_ALL =
            "{inbound: [{port: any, proto: any, host: any}],"
                    + " outbound: [{port: any, proto: any, host: any}]}";

    private final Mesh mesh;
    private final SimHost host;
    private final Map<String, String> sections = new LinkedHashMap<>();
    private final Map<Ip, List<UnderlayAddr>> staticHosts = new LinkedHashMap<>();
    private final List<Cidr> unsafeNetworks = new ArrayList<>();
    private long notAfter = TestPki.END.getEpochSecond();
    private int[] versions = {1};
    private LocalIdentity identity;

    MeshHost(Mesh mesh, SimHost host) {
        this.mesh = mesh;
        this.host = host;
        identity = mesh.pki().host(host.name(), network());
        section("pki", "{ca: ca, cert: cert, key: key}");
        section("listen", "{host: 0.0.0.0, port: " + SimHost.NODE_PORT + "}");
        section("firewall", ALLOW_ALL);
    }

    private String network() {
        return address() + "/16";
    }

    public SimHost sim() {
        return host;
    }

    public String name() {
        return host.name();
    }

    /** The overlay address. */
    public Ip address() {
        return host.overlay().getFirst();
    }

    public UnderlayAddr endpoint() {
        return host.endpoint();
    }

    // What it is made of.

    public MeshHost at(String... underlay) {
        host.at(underlay);
        return this;
    }

    public MeshHost behind(NatBehaviour behaviour) {
        host.behind(behaviour);
        return this;
    }

    public MeshHost behind(SimNat nat) {
        host.behind(nat);
        return this;
    }

    /** Replaces a whole section of its configuration; YAML. */
    public MeshHost section(String key, String yaml) {
        sections.put(key, yaml);
        return this;
    }

    /** Puts another host into static_host_map, where it is at this moment. */
    public MeshHost knows(MeshHost other) {
        return knows(other, other.endpoint());
    }

    public MeshHost knows(MeshHost other, UnderlayAddr... at) {
        staticHosts.put(other.address(), Arrays.asList(at));
        return this;
    }

    /** Puts another of its addresses there. */
    public MeshHost alsoKnows(Ip overlay, MeshHost other) {
        staticHosts.put(overlay, List.of(other.endpoint()));
        return this;
    }

    /** Makes another host its lighthouse. */
    public MeshHost use(MeshHost lighthouse) {
        knows(lighthouse);
        return section("lighthouse", "{hosts: [\"" + lighthouse.address() + "\"]}");
    }

    /** Another machine with the same certificate and key. */
    public MeshHost copyOf(MeshHost original) {
        host.overlay(original.address().toString());
        identity = original.identity();
        return this;
    }

    /** Another machine with a certificate of its own for the same overlay address. */
    public MeshHost withAddressOf(MeshHost other) {
        host.overlay(other.address().toString());
        identity = mesh.pki().host(name(), other.network());
        return this;
    }

    /** A new certificate with these groups; in force from the next start or reload. */
    public MeshHost groups(String... groups) {
        return certified(List.of(groups));
    }

    /** A new certificate that lets it route for the network. */
    public MeshHost routesFor(String network) {
        unsafeNetworks.add(Cidr.of(network));
        return certified(List.of());
    }

    /** A new certificate that ends that long after the start of the simulation. */
    public MeshHost validFor(Duration time) {
        notAfter = SimClock.EPOCH.plus(time).getEpochSecond();
        return certified(List.of());
    }

    /** True for a peer whose certificate has the group "engineers"; for tests of renewal. */
    public static boolean isEngineer(@Nullable Tunnel tunnel) {
        return tunnel != null && tunnel.peer().certificate().groups().contains("engineers");
    }

    /**
     * New certificates of these versions for the key that it has; from the next start or reload. That of
     * version 1 has only the first address.
     */
    public MeshHost versions(int... these) {
        versions = these;
        return certified(List.of());
    }

    /** Other overlay addresses, and certificates for them; before the start. */
    public MeshHost overlay(String... addresses) {
        host.overlay(addresses);
        return certified(List.of());
    }

    private MeshHost certified(List<String> groups) {
        TestPki.ToSign[] wanted = new TestPki.ToSign[versions.length];
        for (int i = 0; i < versions.length; i++) {
            wanted[i] = TestPki.certificate(versions[i], subject(versions[i], groups));
        }
        identity = mesh.pki().host(identity.credential().keys(), wanted);
        return this;
    }

    private Subject subject(int version, List<String> groups) {
        List<Cidr> networks =
                host.overlay().stream()
                        .map(address -> new Cidr(address, address.isIpv4() ? 16 : 64))
                        .toList();
        return new Subject(
                name(),
                version == 1 ? networks.subList(0, 1) : networks,
                unsafeNetworks,
                groups,
                TestPki.START.getEpochSecond(),
                notAfter);
    }

    public LocalIdentity identity() {
        return identity;
    }

    /** As the files of {@code pki} would hold it. */
    PkiMaterial pki() {
        return new PkiMaterial(
                CertificatePem.encode(mesh.pki().ca()),
                String.join(
                        "", identity.certificates().stream().map(CertificatePem::encode).toList()),
                KeyPem.encodePrivate(identity.credential().keys()));
    }

    /** Throws when the configuration is not accepted. */
    ConfigOutcome.Loaded loaded() {
        StringBuilder yaml = new StringBuilder();
        sections.forEach((key, text) -> yaml.append(key).append(": ").append(text).append('\n'));
        if (!staticHosts.isEmpty()) {
            yaml.append("static_host_map:\n");
            staticHosts.forEach(
                    (ip, at) ->
                            yaml.append("  \"")
                                    .append(ip)
                                    .append("\": [")
                                    .append(quoted(at))
                                    .append("]\n"));
        }
        return switch (ConfigReader.read(name() + ".yml", yaml.toString())) {
            case ConfigOutcome.Loaded loaded -> loaded;
            case ConfigOutcome.Refused refused ->
                    throw new IllegalArgumentException(refused.problems() + "\n" + yaml);
        };
    }

    private static String quoted(List<UnderlayAddr> addresses) {
        return String.join(", ", addresses.stream().map(a -> "\"" + a + "\"").toList());
    }

    // What it does.

    public MeshHost start() {
        host.start(environment -> new MeshNode(environment, this, mesh.discovery()));
        return this;
    }

    /** Brings what was changed since the start into force, without a restart. */
    public void reload() {
        node().reload(this);
    }

    /** Ends without a word and comes back with nothing but certificate and configuration. */
    public void loseState() {
        host.restart();
    }

    public MeshNode node() {
        return host.node(MeshNode.class);
    }

    /** Tells it an address of another host, as a lighthouse would. */
    public void learns(MeshHost other, UnderlayAddr... addresses) {
        node().learn(other.address(), List.of(addresses));
    }

    /** Sends a UDP packet into its TUN; returns the number by which its arrival is known. */
    public long sendTo(MeshHost other, String text) {
        return host.sendUdp(other.host, 80, text);
    }

    /** As {@link #sendTo}, between the last addresses of both, such as the IPv6 ones. */
    public long sendToLastOf(MeshHost other, String text) {
        return host.sendUdp(host.overlay().getLast(), other.host.overlay().getLast(), 80, text);
    }

    // What it has.

    public List<Tunnel> tunnelsTo(MeshHost other) {
        return node().node().tunnels().allOf(other.address());
    }

    public @Nullable Tunnel primaryTo(MeshHost other) {
        return node().node().tunnels().byOverlay(other.address());
    }

    public boolean isPending(MeshHost other) {
        return node().node().control().handshakes().initiator().isPending(other.address());
    }

    public Condition hasTunnelsTo(MeshHost other, int count) {
        return Condition.of(
                name() + " has " + count + " tunnels to " + other.name(),
                () -> tunnelsTo(other).size() == count);
    }

    public Condition primaryTo(MeshHost other, String what, Predicate<Tunnel> is) {
        return Condition.of(
                name() + "'s tunnel to " + other.name() + " " + what,
                () -> {
                    Tunnel tunnel = primaryTo(other);
                    return tunnel != null && is.test(tunnel);
                });
    }

    @Override
    public String toString() {
        return name();
    }
}
