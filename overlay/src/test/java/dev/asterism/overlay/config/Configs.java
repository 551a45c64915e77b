package dev.asterism.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Reading configurations in tests. */
final class Configs {

    static final String PKI = "pki: {ca: ca.crt, cert: host.crt, key: host.key}\n";

    private Configs() {}

    static String allKeys() {
        return resource("all-keys.yml");
    }

    static String resource(String name) {
        try (InputStream in = Configs.class.getResourceAsStream("/config/" + name)) {
            byte[] bytes = Objects.requireNonNull(in, name).readAllBytes();
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The pki section is added. */
    static OverlayConfig read(String yaml) {
        return loaded(PKI + yaml).config();
    }

    static ConfigOutcome.Loaded loaded(String yaml) {
        ConfigOutcome outcome = ConfigReader.read("c.yml", yaml);
        assertThat(outcome).isInstanceOf(ConfigOutcome.Loaded.class);
        return (ConfigOutcome.Loaded) outcome;
    }

    static ConfigOutcome outcome(String yaml, Strictness unknownKeys) {
        return ConfigReader.read(List.of(new ConfigText("c.yml", yaml)), unknownKeys);
    }

    /** Notices of a configuration that loads; the pki section is added. */
    static List<String> notices(String yaml) {
        return texts(loaded(PKI + yaml).notices());
    }

    /** Problems of a configuration that does not load; the pki section is added as first line. */
    static List<String> problems(String yaml) {
        ConfigOutcome outcome = ConfigReader.read("c.yml", PKI + yaml);
        assertThat(outcome).isInstanceOf(ConfigOutcome.Refused.class);
        return texts(((ConfigOutcome.Refused) outcome).problems());
    }

    private static List<String> texts(List<Diagnostic> problems) {
        return problems.stream().map(Diagnostic::toString).toList();
    }
}
