package dev.asterism.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.Ed25519PrivateKey;
import dev.asterism.overlay.cert.KeyPem;
import dev.asterism.overlay.cert.Signer;
import dev.asterism.overlay.cert.Subject;
import dev.asterism.overlay.config.Strictness;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.noise.KeyPair;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever starts from an example of ours must not be warned of it: {@code configs/} and the documentation's YAML. */
class ExamplesStartTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern YAML = Pattern.compile("(?ms)^```ya?ml\\n(.*?)^```$");
    // In manifests, values of a chart and cloud-init.
    private static final Pattern INSIDE =
            Pattern.compile(
                    "(?m)^( *)(?:config\\.yml: \\||config:|content: \\|)\\n((?:\\1 +.*\\n|\\n)+)");
    private static final long DAY = 86_400;

    @TempDir Path folder;

    /**
     * A configuration as people copy it.
     *
     * @param origin for the report
     */
    record Example(String origin, String text) {
        @Override
        public String toString() {
            return origin;
        }
    }

    static List<Example> examples() throws IOException {
        List<Example> found = new ArrayList<>();
        for (Path file : below(ROOT.resolve("configs"), ".yml")) {
            found.add(new Example(file.getFileName().toString(), whole(Files.readString(file))));
        }
        for (Path file : below(ROOT.resolve("configs"), ".yaml")) {
            Matcher block = INSIDE.matcher(Files.readString(file));
            while (block.find()) {
                if (block.group(2).contains("pki:")) {
                    found.add(new Example(file.getFileName() + ", inside", placed(block.group(2))));
                }
            }
        }
        List<Path> texts = new ArrayList<>(below(ROOT.resolve("docs"), ".md"));
        texts.add(ROOT.resolve("README.md"));
        texts.add(ROOT.resolve("CONTRIBUTING.md"));
        for (Path file : texts) {
            Matcher block = YAML.matcher(Files.readString(file));
            while (block.find()) {
                found.add(new Example(file.getFileName() + ", YAML", whole(block.group(1))));
            }
        }
        return found;
    }

    private static List<Path> below(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    /** With names of files as the other examples have them. */
    private static String placed(String block) {
        return block.stripIndent()
                .replaceAll("/etc/asterism/(pki/)?", "")
                .replaceAll("\\bhost\\.(crt|key)", "node.$1");
    }

    /** A few lines on one subject are meant to go into a file that has the rest. */
    private static String whole(String block) {
        return block.contains("pki:")
                ? block
                : "pki: {ca: ca.crt, cert: node.crt, key: node.key}\n" + block;
    }

    @ParameterizedTest
    @MethodSource("examples")
    void startsWithoutAWarning(Example example) throws IOException, CertificateException {
        assertThat(said(example.text())).isEqualTo("configuration ok\n");
    }

    @Test
    void seesTheWarningsOfAnExample() throws IOException, CertificateException {
        String text = Files.readString(ROOT.resolve("configs/node.yml"));

        assertThat(said(text.replace("{port: any, proto: icmp", "{port: 8, proto: icmp")))
                .startsWith("warning")
                .contains("ignoring port specification");
        assertThat(examples()).anyMatch(example -> example.origin().startsWith("README"));
        assertThat(examples().stream().filter(example -> example.origin().endsWith(", inside")))
                .hasSize(7);
    }

    /** What {@code --test} says, with certificates of the names that the examples use. */
    private String said(String text) throws IOException, CertificateException {
        issue();
        String placed =
                text.replaceAll("\\b((?:ca|node|lighthouse)\\.(?:crt|key))\\b", folder + "/$1");
        Path file = Files.writeString(folder.resolve("config.yml"), placed);
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        new Agent(file, Strictness.REFUSE, new PrintStream(err, true, StandardCharsets.UTF_8))
                .test();
        return err.toString(StandardCharsets.UTF_8).replace(": " + file, "");
    }

    private void issue() throws IOException, CertificateException {
        RandomSource random = new Random(1)::nextBytes;
        Ed25519PrivateKey caKey = Ed25519PrivateKey.generate(random);
        Certificate ca = Signer.selfSigned(subject("ca", List.of(), 366), caKey);
        write("ca.crt", CertificatePem.encode(ca));
        for (String name : List.of("node", "lighthouse")) {
            KeyPair key = Dh.x25519().generate(random);
            Cidr network = Cidr.parse("10.42.0." + name.length() + "/16");
            Certificate host =
                    new Signer(ca, caKey)
                            .signHost(subject(name, List.of(network), 365), key.publicKey());
            write(name + ".crt", CertificatePem.encode(host));
            write(name + ".key", KeyPem.encodePrivate(key));
        }
    }

    private static Subject subject(String name, List<Cidr> networks, int days) {
        long now = Instant.now().getEpochSecond();
        // An example advertises the service "shop", which takes a group of that name.
        List<String> groups = networks.isEmpty() ? List.of() : List.of("shop");
        return new Subject(name, networks, List.of(), groups, now - DAY, now + days * DAY);
    }

    private void write(String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
