package dev.asterism.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.config.ConfigOutcome;
import dev.asterism.overlay.config.ConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
                                        "-----BEGIN NEBULA X25519 PRIVATE KEY-----")));
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
                        "config.yml:3:9: unable to read pki.cert file \0: not a path");
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
        ConfigOutcome outcome = ConfigReader.read("config.yml", yaml);
        assertThat(outcome).isInstanceOf(ConfigOutcome.Loaded.class);
        ConfigOutcome.Loaded loaded = (ConfigOutcome.Loaded) outcome;
        return PkiFiles.load(loaded.config().pki(), loaded.origins());
    }
}
