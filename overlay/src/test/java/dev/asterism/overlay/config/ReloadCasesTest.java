package dev.asterism.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.asterism.overlay.net.Cidr;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a running Nebula 1.12.0 said to 123 changes (origin: README.md beside the file). */
class ReloadCasesTest {

    private static final JsonNode RECORDED = load();
    private static final List<Cidr> NETWORKS =
            List.of(Cidr.of("10.42.0.1/16"), Cidr.of("fd42::1/64"));

    /** No effect here, or read without being kept. */
    private static final Set<String> NOT_HELD = Set.of("firewall.conntrack.routine_cache_timeout");

    /** Recorded as switched on; here they are on already, so the change is the other one. */
    private static final Set<String> ON_HERE = Set.of("listen.udp_offloads", "tun.use_offloads");

    @ParameterizedTest(name = "{0} = {1}")
    @MethodSource("changesOfSupportedKeys")
    void reportsWhatNeedsARestart(String key, JsonNode change, JsonNode recorded) {
        JsonNode value = ON_HERE.contains(key) ? BooleanNode.FALSE : change;
        ConfigOutcome outcome = outcome(changed(key, value));

        if (recorded.get("verdict").asText().equals("failed")) {
            assertThat(complains(outcome)).as(outcome.toString()).isTrue();
            return;
        }
        ConfigDiff diff = ConfigDiff.between(loaded(base()), loaded(changed(key, value)));
        List<String> restartKeys = new ArrayList<>();
        recorded.get("restartKeys").forEach(k -> restartKeys.add(k.asText()));
        assertThat(diff.restartKeys()).isEqualTo(restartKeys);
        assertThat(diff.isEmpty()).isEqualTo(hasNoEffect(key, value));
        assertThat(diff.keys()).allMatch(k -> k.equals(key) || changesOthers(key));
    }

    @Test
    void spellingIsNoChange() {
        OverlayConfig before = Configs.read("listen: {port: 4242}");

        assertThat(ConfigDiff.between(before, Configs.read("listen: {port: '4242', batch: 64}")))
                .matches(ConfigDiff::isEmpty);
    }

    @Test
    void placesOfRulesAreNoChangeButTheirOrderIs() {
        String first = "{port: 1, proto: tcp, host: any}";
        String second = "{port: 2, proto: tcp, host: any}";
        OverlayConfig before = Configs.read(rules(first, second));

        ConfigDiff moved = ConfigDiff.between(before, Configs.read("\n\n" + rules(first, second)));
        ConfigDiff swapped = ConfigDiff.between(before, Configs.read(rules(second, first)));

        assertThat(moved.isEmpty()).isTrue();
        assertThat(swapped.keys()).containsExactly("firewall.inbound");
    }

    @Test
    void everySupportedKeyIsCompared() {
        OverlayConfig all = Configs.loaded(Configs.allKeys()).config();
        List<String> compared = ConfigDiff.between(Configs.read(""), all).keys();

        List<String> forgotten =
                supportedKeys()
                        .filter(key -> !key.contains("[]") && !NOT_HELD.contains(key))
                        .filter(key -> !key.startsWith("asterism.paths.*")) // compared whole
                        .filter(key -> !compared.contains(key) && !isReadByTheAgent(key))
                        .toList();
        assertThat(forgotten)
                .containsExactly(
                        "pki.ca",
                        "pki.cert",
                        "listen.rebind_on_network_change",
                        "listen.windows_bypass_wdf",
                        "punchy",
                        "punch_back",
                        "relay.am_relay", // empties the two others
                        "tun.network_category",
                        "tun.windows_bypass_wdf",
                        "stats.host"); // of the other type
    }

    /** Its test compares them. */
    private static boolean isReadByTheAgent(String key) {
        return key.startsWith("asterism.control.")
                || key.startsWith("l7.")
                || List.of(
                                "asterism.cipher_provider",
                                "asterism.threads",
                                "asterism.state_dir",
                                "asterism.remember_addresses",
                                "asterism.renew_certificate",
                                "asterism.revocation.bundle")
                        .contains(key);
    }

    static Stream<Object[]> changesOfSupportedKeys() {
        List<String> supported = supportedKeys().toList();
        Stream.Builder<Object[]> changes = Stream.builder();
        RECORDED.get("changes")
                .forEach(
                        c -> {
                            String key = c.get("key").asText();
                            if (supported.contains(key) && !NOT_HELD.contains(key)) {
                                changes.add(new Object[] {key, c.get("value"), c});
                            }
                        });
        return changes.build();
    }

    /** A relay uses and names none, whatever the other keys say. */
    private static boolean changesOthers(String key) {
        return key.equals("punch_back") || key.equals("relay.am_relay");
    }

    /** Keys of other platforms, and a word that counts as the default. */
    private static boolean hasNoEffect(String key, JsonNode value) {
        return key.contains("windows")
                || key.contains("network_c")
                || value.asText().equals("explode");
    }

    private static boolean complains(ConfigOutcome outcome) {
        return switch (outcome) {
            case ConfigOutcome.Refused _ -> true;
            case ConfigOutcome.Loaded loaded -> {
                NetworkChecks.Findings findings =
                        NetworkChecks.check(loaded.config(), NETWORKS, loaded.origins());
                yield !loaded.notices().isEmpty()
                        || !findings.errors().isEmpty()
                        || !findings.notices().isEmpty();
            }
        };
    }

    private static String rules(String first, String second) {
        return "firewall: {inbound: [" + first + ", " + second + "]}";
    }

    private static ObjectNode base() {
        ObjectNode base = RECORDED.get("base").deepCopy();
        base.remove("local_api");
        return base;
    }

    private static ObjectNode changed(String key, JsonNode value) {
        ObjectNode config = base();
        ObjectNode parent = config;
        int dot = key.lastIndexOf('.');
        if (dot > 0) {
            for (String step : key.substring(0, dot).split("\\.", -1)) {
                parent = parent.withObject("/" + step);
            }
        }
        parent.set(key.substring(dot + 1), value);
        return config;
    }

    private static ConfigOutcome outcome(ObjectNode config) {
        return ConfigReader.read("c.yml", config.toString());
    }

    private static OverlayConfig loaded(ObjectNode config) {
        return Configs.loaded(config.toString()).config();
    }

    private static Stream<String> supportedKeys() {
        return KnownKeys.rows()
                .filter(row -> row.status() == KeyRow.Status.SUPPORTED)
                .map(KeyRow::path)
                .filter(path -> !path.startsWith("lighthouse.local_allow_list."));
    }

    private static JsonNode load() {
        try {
            return new ObjectMapper().readTree(Configs.resource("reload-1.12.0.json"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
