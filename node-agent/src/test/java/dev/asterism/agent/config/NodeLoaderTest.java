package dev.asterism.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.Ed25519PrivateKey;
import dev.asterism.overlay.cert.KeyPem;
import dev.asterism.overlay.cert.LocalIdentity;
import dev.asterism.overlay.cert.Signer;
import dev.asterism.overlay.cert.Subject;
import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.config.Diagnostic;
import dev.asterism.overlay.config.Strictness;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.noise.KeyPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start says about certificates, at different times. */
class NodeLoaderTest {

    private static final Instant BEGIN = Instant.parse("2027-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2028-01-01T00:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir Path folder;

    private final RandomSource random = new Random(3)::nextBytes;
    private final Ed25519PrivateKey caKey = Ed25519PrivateKey.generate(random);
    private String blocklist = "";

    @BeforeEach
    void makeNode() throws IOException, CertificateException {
        blocklist = sign(subject("node", List.of(Cidr.of("10.42.0.1/16")), END));
    }

    /** Writes a CA, a certificate of it and its key; returns the certificate's fingerprint. */
    private String sign(Subject subject) throws IOException, CertificateException {
        Certificate ca = Signer.selfSigned(subject("ca", List.of(), END.plus(DAY)), caKey);
        KeyPair key = Dh.x25519().generate(random);
        Certificate host = new Signer(ca, caKey).signHost(subject, key.publicKey());
        write("ca.crt", CertificatePem.encode(ca));
        write("node.crt", CertificatePem.encode(host));
        write("node.key", KeyPem.encodePrivate(key));
        return host.fingerprint().toString();
    }

    @Test
    void saysNothingOfWhatIsFine() {
        assertThat(notices(load(Strictness.REFUSE, BEGIN.plus(DAY)))).isEmpty();
    }

    @Test
    void tellsTheDatesToAClockThatIsWrong() {
        assertThat(problems(load(Strictness.REFUSE, Instant.EPOCH)))
                .anyMatch(
                        line ->
                                line.contains(
                                        "\"node\" is not valid before 2027-01-01T00:00:00Z"
                                                + " (system clock: 1970-01-01T00:00:00Z)"))
                .anyMatch(line -> line.contains("\"ca\" is not valid before"));
    }

    @Test
    void warnsBeforeTheEnd() {
        assertThat(notices(load(Strictness.REFUSE, END.minus(DAY.multipliedBy(6)))))
                .hasSize(2)
                .anyMatch(
                        line ->
                                line.contains(
                                        "\"node\" expires at 2028-01-01T00:00:00Z, in 6 days"))
                .anyMatch(
                        line -> line.contains("\"ca\" expires at 2028-01-02T00:00:00Z, in 7 days"));
    }

    @Test
    void refusesACertificateOfAnotherCa() throws IOException, CertificateException {
        Ed25519PrivateKey other = Ed25519PrivateKey.generate(random);
        write(
                "ca.crt",
                CertificatePem.encode(Signer.selfSigned(subject("other", List.of(), END), other)));

        assertThat(problems(load(Strictness.REFUSE, BEGIN)))
                .singleElement()
                .asString()
                .contains("config.yml:1:", "node", "could not find ca for the certificate");
        assertThat(notices(load(Strictness.REPORT, BEGIN)))
                .singleElement()
                .asString()
                .contains("could not find ca");
    }

    @Test
    void aBrokenKeyIsReportedAtTheKey() throws IOException {
        write("node.key", "not a key\n");

        assertThat(problems(load(Strictness.REFUSE, BEGIN)))
                .singleElement()
                .asString()
                .contains("pki.key");
    }

    @Test
    void onlyWarnsOfItsOwnRevocation() {
        LoadedNode inputs = load(", blocklist: [" + blocklist + "]", Strictness.REFUSE, BEGIN);

        assertThat(notices(inputs))
                .singleElement()
                .asString()
                .contains("certificate is in the block list");
    }

    /** The old CA has expired; with the bundle that has its successor the node must start and reload. */
    @Test
    void anExpiredCaDoesNotKeepItsSuccessorOut() throws IOException, CertificateException {
        Instant after = END.plus(DAY.multipliedBy(2));
        outlive(after.plus(DAY.multipliedBy(300)));

        assertThat(notices(load(Strictness.REFUSE, after)))
                .anyMatch(
                        line ->
                                line.contains("is not accepted by its own pki.ca")
                                        && line.contains("\"ca\""));
    }

    /** Nebula keeps the old certificate and applies the rest; nothing else may wait for a renewal. */
    @Test
    void theCertificateInForceMayHaveRunOutAtAReload() {
        LocalIdentity inForce = identity(load(Strictness.REFUSE, BEGIN.plus(DAY)));
        Instant after = END.plus(DAY.dividedBy(2));

        assertThat(notices(reload(after, inForce)))
                .anyMatch(line -> line.contains("\"node\" expired at 2028-01-01T00:00:00Z"));
        assertThat(identity(reload(after, inForce)).certificates())
                .isEqualTo(inForce.certificates());
        assertThat(problems(load(Strictness.REFUSE, after)))
                .as("a start needs a valid one")
                .singleElement()
                .asString()
                .contains("pki.cert", "\"node\" expired at 2028-01-01T00:00:00Z");
    }

    /** The CA runs out with its last certificates: what else changes must not wait for a new one either. */
    @Test
    void itsCaMayHaveRunOutTooAtAReload() {
        LocalIdentity inForce = identity(load(Strictness.REFUSE, BEGIN.plus(DAY)));
        Instant after = END.plus(DAY.multipliedBy(900));

        assertThat(notices(reload(after, inForce)))
                .anyMatch(line -> line.contains("pki.ca") && line.contains("expired"));
        assertThat(identity(reload(after, inForce)).certificates())
                .isEqualTo(inForce.certificates());
        assertThat(problems(load(Strictness.REFUSE, after)))
                .anyMatch(line -> line.contains("pki.ca"));
    }

    @Test
    void anotherCertificateThatHasRunOutIsRefusedAtAReload()
            throws IOException, CertificateException {
        LocalIdentity inForce = identity(load(Strictness.REFUSE, BEGIN.plus(DAY)));
        Instant end = END.minus(DAY.multipliedBy(100));
        sign(subject("node", List.of(Cidr.of("10.42.0.1/16")), end));

        assertThat(problems(reload(end.plus(DAY), inForce)))
                .singleElement()
                .asString()
                .contains("config.yml:1:", "pki.cert", "\"node\" expired at 2027-09-23T00:00:00Z");
    }

    /** A clock that went back is to be set first: no CA is valid then either. */
    @Test
    void aCertificateThatIsNotValidYetIsRefusedAtAReloadToo() {
        LocalIdentity inForce = identity(load(Strictness.REFUSE, BEGIN.plus(DAY)));

        assertThat(problems(reload(BEGIN.minus(DAY), inForce)))
                .anyMatch(line -> line.contains("\"node\" is not valid before 2027-01-01"));
    }

    private LoadedNode reload(Instant now, LocalIdentity inForce) {
        return NodeLoader.reload(folder.resolve("config.yml"), Strictness.REFUSE, now, inForce);
    }

    private static LocalIdentity identity(LoadedNode inputs) {
        assertThat(inputs).isInstanceOf(LoadedNode.Loaded.class);
        return ((LoadedNode.Loaded) inputs).snapshot().identity();
    }

    /** Leaves a certificate of the old CA that is valid longer than that CA, and a bundle with the next. */
    private void outlive(Instant end) throws IOException, CertificateException {
        Ed25519PrivateKey key = Ed25519PrivateKey.generate(random);
        Certificate old = Signer.selfSigned(subject("ca", List.of(), END.plus(DAY)), key);
        Ed25519PrivateKey nextKey = Ed25519PrivateKey.generate(random);
        Certificate next = Signer.selfSigned(subject("next", List.of(), end), nextKey);
        write("ca.crt", CertificatePem.encode(old) + CertificatePem.encode(next));
        KeyPair hostKey = Dh.x25519().generate(random);
        write("node.key", KeyPem.encodePrivate(hostKey));
        write(
                "node.crt",
                TestPki.signedWithoutRules(
                        old,
                        key,
                        subject("node", List.of(Cidr.of("10.42.0.1/16")), end),
                        hostKey.publicKey()));
    }

    /** The launcher's heap; an operator would be told to raise the number when one member floods. */
    @Test
    void refusesAFlowTableThatTheHeapDoesNotCarry() throws IOException {
        assertThat(loadWithFlows(262_144)).isInstanceOf(LoadedNode.Loaded.class);
        assertThat(problems(loadWithFlows(262_145)))
                .singleElement()
                .asString()
                .contains(
                        "config.yml:3:",
                        "asterism.conntrack.max_entries",
                        "24 MiB",
                        "64 MiB of heap",
                        "at most 262144 here");
    }

    /** Lighthouses would refuse it, and say so in their logs only. */
    @Test
    void warnsOfAnAdvertisedServiceThatNoGroupIsNamedFor() throws IOException {
        load(Strictness.REFUSE, BEGIN.plus(DAY));
        Path config = folder.resolve("config.yml");
        String serving =
                "l7: {enabled: true, serve: {shop: {port: 80, to: '127.0.0.1:90', advertise: true}}}\n";
        Files.writeString(config, Files.readString(config) + serving);

        assertThat(notices(NodeLoader.load(config, Strictness.REFUSE, BEGIN.plus(DAY))))
                .singleElement()
                .asString()
                .contains(
                        "config.yml:3:",
                        "l7.serve.shop.advertise",
                        "this node's certificate has no group shop");
    }

    private LoadedNode loadWithFlows(int entries) throws IOException {
        load(Strictness.REFUSE, BEGIN);
        Path config = folder.resolve("config.yml");
        Files.writeString(
                config,
                Files.readString(config)
                        + "asterism: {conntrack: {max_entries: %d}}\n".formatted(entries));
        return NodeLoader.load(config, Strictness.REFUSE, BEGIN, 64 << 20);
    }

    private LoadedNode load(Strictness unknownKeys, Instant now) {
        return load("", unknownKeys, now);
    }

    private LoadedNode load(String morePki, Strictness unknownKeys, Instant now) {
        try {
            write(
                    "config.yml",
                    "pki: {ca: %1$s/ca.crt, cert: %1$s/node.crt, key: %1$s/node.key%2$s}\n"
                                    .formatted(folder, morePki)
                            + "firewall: {outbound: [{port: any, proto: any, host: any}]}\n");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return NodeLoader.load(folder.resolve("config.yml"), unknownKeys, now);
    }

    private static List<String> notices(LoadedNode inputs) {
        assertThat(inputs).isInstanceOf(LoadedNode.Loaded.class);
        return texts(((LoadedNode.Loaded) inputs).notices());
    }

    private static List<String> problems(LoadedNode inputs) {
        assertThat(inputs).isInstanceOf(LoadedNode.Refused.class);
        return texts(((LoadedNode.Refused) inputs).problems());
    }

    private static List<String> texts(List<Diagnostic> problems) {
        return problems.stream().map(Diagnostic::toString).toList();
    }

    private static Subject subject(String name, List<Cidr> networks, Instant end) {
        return new Subject(
                name, networks, List.of(), List.of(), BEGIN.getEpochSecond(), end.getEpochSecond());
    }

    private void write(String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
