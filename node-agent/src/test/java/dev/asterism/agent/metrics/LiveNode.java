package dev.asterism.agent.metrics;

import dev.asterism.agent.app.AgentAssembly;
import dev.asterism.agent.app.RunningNode;
import dev.asterism.agent.config.LoadedNode;
import dev.asterism.agent.config.NodeLoader;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.Ed25519PrivateKey;
import dev.asterism.overlay.cert.KeyPem;
import dev.asterism.overlay.cert.Signer;
import dev.asterism.overlay.cert.Subject;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.config.Strictness;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.noise.KeyPair;
import dev.asterism.tun.libc.LinuxLibc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/** A node as the agent makes it, without a device, on a port of the loopback. Needs no root. */
public final class LiveNode implements AutoCloseable {

    private static final long DAY = 86_400;

    private final RunningNode running;

    /**
     * @param folder for its certificate, key and configuration
     * @param stats YAML of that section, in one line
     */
    public LiveNode(Path folder, String stats) throws IOException, CertificateException {
        issue(folder);
        Path file =
                Files.writeString(
                        folder.resolve("config.yml"),
                        """
                        pki: {ca: %1$s/ca.crt, cert: %1$s/node.crt, key: %1$s/node.key}
                        listen: {host: 127.0.0.1, port: 0}
                        tun: {disabled: true}
                        asterism: {cipher_provider: jdk}
                        stats: %2$s
                        """
                                .formatted(folder, stats));
        LoadedNode loaded = NodeLoader.load(file, Strictness.REFUSE, Instant.now());
        if (!(loaded instanceof LoadedNode.Loaded good)) {
            throw new IllegalArgumentException(loaded.toString());
        }
        running =
                new AgentAssembly(
                                new LinuxLibc(),
                                event -> {},
                                (name, cause) -> {
                                    throw new AssertionError(name, cause);
                                })
                        .assemble(good);
        running.loops().start();
    }

    OverlayConfig config() {
        return running.node().snapshot().config();
    }

    public MeteredNode metered() {
        return new MeteredNode(
                running.node(), running.discovery(), running.sockets(), "9.9.9", List::of);
    }

    Exposition exposition() {
        return Export.exposition(metered(), config().stats());
    }

    private static void issue(Path folder) throws IOException, CertificateException {
        RandomSource random = new Random(1)::nextBytes;
        Ed25519PrivateKey caKey = Ed25519PrivateKey.generate(random);
        Certificate ca = Signer.selfSigned(subject("ca", List.of()), caKey);
        KeyPair key = Dh.x25519().generate(random);
        Certificate host =
                new Signer(ca, caKey)
                        .signHost(
                                subject("node", List.of(Cidr.of("10.42.0.1/16"))), key.publicKey());
        write(folder.resolve("ca.crt"), CertificatePem.encode(ca));
        write(folder.resolve("node.crt"), CertificatePem.encode(host));
        write(folder.resolve("node.key"), KeyPem.encodePrivate(key));
    }

    private static Subject subject(String name, List<Cidr> networks) {
        long now = Instant.now().getEpochSecond();
        long days = networks.isEmpty() ? 366 : 365;
        return new Subject(name, networks, List.of(), List.of(), now - DAY, now + days * DAY);
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    @Override
    public void close() {
        running.loops().close();
    }
}
