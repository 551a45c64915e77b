import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.Ed25519PrivateKey;
import dev.asterism.overlay.cert.KeyPem;
import dev.asterism.overlay.cert.Signer;
import dev.asterism.overlay.cert.Subject;
import dev.asterism.overlay.config.ConfigOutcome;
import dev.asterism.overlay.config.ConfigReader;
import dev.asterism.overlay.config.Strictness;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.lane.NodeSnapshot;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.node.NodeBlueprint;
import dev.asterism.overlay.node.PkiMaterial;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.noise.KeyPair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What lighthouse and hosts are made of: a CA, certificates, configurations, addresses, and a folder
 * for the lighthouse's files.
 */
final class SwarmMesh {

    private static final Cidr LIGHTHOUSE = Cidr.of("10.42.0.1/16");

    /** Hosts of a process of their own, which ask about the others. */
    static final int ASKERS = 50;

    private static final RandomSource RANDOM = new SecureRandom()::nextBytes;

    private final Path folder;
    private final int first;
    private final List<PkiMaterial> pki;

    private SwarmMesh(Path folder, int first, List<PkiMaterial> pki) {
        this.folder = folder;
        this.first = first;
        this.pki = pki;
    }

    /** A new mesh of that many hosts; what its askers need is in its folder. */
    static SwarmMesh make(int hosts) throws Exception {
        Ed25519PrivateKey key = Ed25519PrivateKey.generate(RANDOM);
        Signer signer = new Signer(Signer.selfSigned(claims("ca", List.of(), 366), key), key);
        List<PkiMaterial> pki = new ArrayList<>();
        for (int i = 0; i < hosts; i++) {
            pki.add(material(signer, "host" + i, Cidr.of(overlay(i) + "/16")));
        }
        SwarmMesh mesh = new SwarmMesh(Files.createTempDirectory("asterism-swarm-"), 0, pki);
        mesh.write("ca.crt", CertificatePem.encode(signer.ca()));
        mesh.write("lighthouse", material(signer, "lighthouse", LIGHTHOUSE));
        for (int i = hosts; i < hosts + ASKERS; i++) {
            mesh.write("host" + i, material(signer, "host" + i, Cidr.of(overlay(i) + "/16")));
        }
        return mesh;
    }

    /** Hosts whose files are in the folder of a mesh. */
    static SwarmMesh read(Path folder, int first, int count) throws IOException {
        List<PkiMaterial> pki = new ArrayList<>();
        for (int i = first; i < first + count; i++) {
            pki.add(
                    new PkiMaterial(
                            Files.readString(folder.resolve("ca.crt")),
                            Files.readString(folder.resolve("host" + i + ".crt")),
                            Files.readString(folder.resolve("host" + i + ".key"))));
        }
        return new SwarmMesh(folder, first, pki);
    }

    /** The number of the first one. */
    int first() {
        return first;
    }

    /** How many there are. */
    int hosts() {
        return pki.size();
    }

    Path folder() {
        return folder;
    }

    RandomSource random() {
        return RANDOM;
    }

    static Ip overlay(int number) {
        return Ip.ofIpv4(LIGHTHOUSE.address().ipv4() + 1 + number);
    }

    /** Each in a /24 of its own, as hosts of the internet are: nodes limit strangers by that. */
    static Ip underlay(int number) {
        return Ip.ofIpv4(0x7F010001 + (number << 8));
    }

    static byte[] bytes(Ip ip) {
        return ByteBuffer.allocate(4).putInt(ip.ipv4()).array();
    }

    /** What a host is at its start, which knows its lighthouse at that port of 127.0.0.1. */
    NodeSnapshot snapshot(int number, int port) {
        String yaml =
                """
                pki: {ca: ca, cert: cert, key: key}
                static_host_map: {"%1$s": ["127.0.0.1:%2$d"]}
                lighthouse: {hosts: ["%1$s"]}
                listen: {host: 127.0.0.1, port: 0}
                asterism: {conntrack: {max_entries: 1024}}
                firewall:
                  inbound: [{port: any, proto: any, host: any}]
                  outbound: [{port: any, proto: any, host: any}]
                """
                        .formatted(LIGHTHOUSE.address(), port);
        if (!(ConfigReader.read("host.yml", yaml) instanceof ConfigOutcome.Loaded loaded)) {
            throw new IllegalStateException("the configuration of a host is refused");
        }
        NodeBlueprint.Outcome outcome =
                NodeBlueprint.compile(
                        loaded.config(),
                        pki.get(number - first),
                        loaded.origins(),
                        Strictness.REPORT,
                        Instant.now(),
                        null);
        if (!(outcome instanceof NodeBlueprint.Outcome.Compiled(NodeSnapshot snapshot, var _))) {
            throw new IllegalStateException(outcome.toString());
        }
        return snapshot;
    }

    private static Subject claims(String name, List<Cidr> networks, long days) {
        long now = Instant.now().getEpochSecond();
        return new Subject(name, networks, List.of(), List.of(), now - 60, now + days * 86_400);
    }

    private static PkiMaterial material(Signer signer, String name, Cidr network) throws Exception {
        KeyPair key = Dh.x25519().generate(RANDOM);
        Certificate certificate = signer.signHost(claims(name, List.of(network), 300), key.publicKey());
        return new PkiMaterial(
                CertificatePem.encode(signer.ca()),
                CertificatePem.encode(certificate),
                KeyPem.encodePrivate(key));
    }

    private void write(String name, PkiMaterial material) throws IOException {
        write(name + ".crt", material.cert());
        write(name + ".key", material.key());
    }

    void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    /** Deletes the folder. */
    void clean() throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
