package dev.asterism.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.agent.config.MachineSettings.Threads;
import dev.asterism.agent.control.ControlSettings;
import dev.asterism.overlay.config.ConfigDiff;
import dev.asterism.overlay.config.ConfigOutcome;
import dev.asterism.overlay.config.ConfigPrinter;
import dev.asterism.overlay.config.Diagnostic;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.config.Strictness;
import dev.asterism.tun.aead.CipherProviders.Preference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The keys that the agent reads itself behave as those of the engine. */
class MachineSettingsTest {

    private static final String PKI = "pki: {ca: a, cert: b, key: c}\n";
    private static final String ALL =
            """
            asterism:
              cipher_provider: IPSEC-MB
              threads: one
              state_dir: /srv/asterism
              remember_addresses: false
              renew_certificate: false
              control: {path: /run/mesh.sock, group: adm, mode: 0640}
              revocation: {bundle: /etc/bundle.pem}
            """;

    @TempDir Path folder;

    @Test
    void everyKeyHasADefault() throws IOException {
        OverlayConfig config = loaded("").config();

        assertThat(config.get(MachineSettings.SECTION))
                .isEqualTo(new MachineSettings(Preference.AUTO, Threads.AUTO, "", true, true));
        assertThat(config.get(ControlSettings.SECTION))
                .isEqualTo(new ControlSettings("auto", "", 0660));
        assertThat(config.get(RevocationSettings.SECTION)).isEqualTo(new RevocationSettings(""));
    }

    @Test
    void everyKeyIsRead() throws IOException {
        OverlayConfig config = loaded(ALL).config();

        assertThat(config.get(MachineSettings.SECTION))
                .isEqualTo(
                        new MachineSettings(
                                Preference.IPSEC_MB, Threads.ONE, "/srv/asterism", false, false));
        assertThat(config.get(ControlSettings.SECTION))
                .isEqualTo(new ControlSettings("/run/mesh.sock", "adm", 0640));
        assertThat(config.get(RevocationSettings.SECTION))
                .isEqualTo(new RevocationSettings("/etc/bundle.pem"));
    }

    @Test
    void aReloadTellsThatEachButTheBundleNeedsARestart() throws IOException {
        ConfigDiff diff = ConfigDiff.between(loaded("").config(), loaded(ALL).config());

        assertThat(diff.restartKeys())
                .containsExactlyInAnyOrder(
                        "asterism.cipher_provider",
                        "asterism.threads",
                        "asterism.state_dir",
                        "asterism.remember_addresses",
                        "asterism.renew_certificate",
                        "asterism.control.path",
                        "asterism.control.group",
                        "asterism.control.mode");
        assertThat(diff.keys())
                .containsAll(diff.restartKeys())
                .contains("asterism.revocation.bundle")
                .hasSize(diff.restartKeys().size() + 1);
    }

    @Test
    void isPrintedWithItsOrigins() throws IOException {
        assertThat(ConfigPrinter.print(loaded("asterism: {threads: two}")).lines())
                .anyMatch(line -> line.matches("  threads: two {2}# .*c\\.yml:2:21"))
                .contains(
                        "  cipher_provider: auto  # default",
                        "    path: auto  # default",
                        "    # group: the agent's own  # default",
                        "    mode: 0660  # default");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{cipher_provider: rot13} | 2:29: asterism.cipher_provider: `rot13` is none of auto, ipsec-mb, openssl, jdk",
                "{threads: [1]} | 2:21: asterism.threads must be a single value, not a list",
                "{control: {mode: rw}} | 2:28: asterism.control.mode: `rw` is no file mode: write three octal digits",
                "{control: {pth: x}} | 2:22: unknown key asterism.control.pth (did you mean path?)"
            })
    void problemsNameFileLineAndWhatToDo(String yaml, String problem) throws IOException {
        assertThat(load("asterism: " + yaml))
                .isInstanceOfSatisfying(
                        ConfigOutcome.Refused.class,
                        refused ->
                                assertThat(refused.problems())
                                        .singleElement()
                                        .extracting(Diagnostic::toString)
                                        .asString()
                                        .endsWith("c.yml:" + problem));
    }

    private ConfigOutcome.Loaded loaded(String yaml) throws IOException {
        return (ConfigOutcome.Loaded) load(yaml);
    }

    private ConfigOutcome load(String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("c.yml"), PKI + yaml);
        return ConfigFiles.load(file, Strictness.REFUSE);
    }
}
