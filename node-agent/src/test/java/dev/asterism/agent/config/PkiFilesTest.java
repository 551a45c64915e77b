package dev.asterism.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.config.ConfigOutcome;
import dev.asterism.overlay.config.ConfigReader;
import dev.asterism.overlay.node.PkiMaterial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PkiFilesTest {

    @TempDir Path folder;

    @Test
    void takesPathsAndTextsInPlace() throws IOException {
        Path ca = Files.writeString(folder.resolve("ca.crt"), "from the file");

        PkiOutcome outcome =
                load(
                        """
                        pki:
                          ca: %s
                          cert: |
                            -----BEGIN NEBULA CERTIFICATE-----
                            AAAA
                          key: "-----BEGIN NEBULA X25519 PRIVATE KEY-----"
                        """
                                .formatted(ca));

        assertThat(outcome)
                .isEqualTo(
                        new PkiOutcome.Loaded(
                                new PkiMaterial(
                                        "from the file",
                                        "-----BEGIN NEBULA CERTIFICATE-----\nAAAA\n",
                                        "-----BEGIN NEBULA X25519 PRIVATE KEY-----"),
                                List.of()));
    }

    @Test
    void warnsOfAKeyThatOthersCanRead() throws IOException {
        Path key = Files.writeString(folder.resolve("host.key"), "secret");
        String yaml = "pki: {ca: -----BEGIN A, cert: -----BEGIN B, key: %s}".formatted(key);

        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(((PkiOutcome.Loaded) load(yaml)).notices())
                .extracting(Object::toString)
                .containsExactly(
                        "config.yml:1:%d: pki.key: every user of this machine can read the private key in %s (chmod 600 %s)"
                                .formatted(yaml.indexOf(key.toString()) + 1, key, key));

        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(((PkiOutcome.Loaded) load(yaml)).notices()).isEmpty();
    }

    @Test
    void warnsOfAConfigurationWithAKeyInItThatOthersCanRead() throws IOException {
        String yaml = "pki: {ca: -----BEGIN A, cert: -----BEGIN B, key: -----BEGIN C}";
        Path file = Files.writeString(folder.resolve("config.yml"), yaml);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(((PkiOutcome.Loaded) load(file.toString(), yaml)).notices())
                .singleElement()
                .asString()
                .contains("can read the private key in " + file)
                .doesNotContain("BEGIN");
    }

    @Test
    void reportsEveryUnreadableFileWhereItsKeyStands() {
        PkiOutcome outcome =
                load(
                        """
                        pki:
                          ca: %s/none.crt
                          cert: "\\0"
                          key: "-----BEGIN X-----"
                        """
                                .formatted(folder));

        assertThat(((PkiOutcome.Refused) outcome).problems())
                .extracting(Object::toString)
                .containsExactly(
                        "config.yml:2:7: unable to read pki.ca file %s/none.crt: no such file or directory"
                                .formatted(folder),
                        "config.yml:3:9: unable to read pki.cert file \\" + "u0000: not a path");
    }

    @Test
    void saysInFullWhereARelativePathWasLookedForAndWhatIsNoFile() {
        PkiOutcome outcome =
                load("pki: {ca: none.crt, cert: /dev/zero, key: %s}".formatted(folder));

        assertThat(((PkiOutcome.Refused) outcome).problems())
                .extracting(Object::toString)
                .containsExactly(
                        "config.yml:1:11: unable to read pki.ca file %s/none.crt: no such file or directory"
                                .formatted(Path.of("").toAbsolutePath()),
                        "config.yml:1:27: unable to read pki.cert file /dev/zero: it is a device, not a regular file",
                        "config.yml:1:43: unable to read pki.key file %s: it is a directory, not a regular file"
                                .formatted(folder));
    }

    @Test
    void doesNotShowAKeyThatLostItsBanner() {
        PkiOutcome outcome =
                load("pki: {ca: -----BEGIN A, cert: -----BEGIN B, key: \"AAAA\\nBBBB\"}");

        assertThat(outcome).isInstanceOf(PkiOutcome.Refused.class);
        assertThat(outcome.toString()).contains("neither a path nor PEM").doesNotContain("AAAA");
    }

    @Test
    void keepsKeysOutOfTexts() {
        PkiOutcome outcome = load("pki: {ca: -----BEGIN A, cert: -----BEGIN B, key: -----BEGIN C}");

        assertThat(outcome).isInstanceOf(PkiOutcome.Loaded.class);
        assertThat(outcome.toString()).doesNotContain("BEGIN");
    }

    private static PkiOutcome load(String yaml) {
        return load("config.yml", yaml);
    }

    private static PkiOutcome load(String file, String yaml) {
        ConfigOutcome outcome = ConfigReader.read(file, yaml);
        assertThat(outcome).isInstanceOf(ConfigOutcome.Loaded.class);
        ConfigOutcome.Loaded loaded = (ConfigOutcome.Loaded) outcome;
        return PkiFiles.load(loaded.config().pki(), loaded.origins());
    }
}
