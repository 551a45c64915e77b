package dev.asterism.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.asterism.overlay.net.Cidr;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a starting Nebula 1.12.0 said to some 1200 small configurations (origin: README.md beside the file). */
class LenientCasesTest {

    private static final JsonNode RECORDED = load();
    private static final List<Cidr> NETWORKS = List.of(Cidr.of("10.42.0.1/16"));

    /**
     * Refused there, accepted here: numbers on which Nebula crashes and that are limited here, null
     * for an absent value, other spellings of a word, and names that the system judges at the
     * start.
     */
    private static final Set<String> ACCEPTED_HERE =
            new TreeSet<>(
                    Set.of(
                            "firewall.conntrack.routine_cache_timeout = -1s",
                            "handshakes.retries = 99999999999",
                            "handshakes.trigger_buffer = 99999999999",
                            "lighthouse.calculated_remotes = {10.42.0.0/16: [{mask: 10.0.0.0/8,"
                                    + " port: 1.0}]}",
                            "lighthouse.local_allow_list = {interfaces: {1: true}}",
                            "listen.batch = 99999999999",
                            "listen.host = \"\"",
                            "listen.host = \"*\"",
                            "listen.host = \"[::1]\"",
                            "listen.host = 0",
                            "listen.host = [a]",
                            "listen.routines = 99999999999",
                            "logging.format = \"\"",
                            "routines = 65537",
                            "routines = 99999999999",
                            "rule {port: any, proto: tcp, host: a, 1: x}",
                            "static_map.network = \"\"",
                            "static_map.network = IP4",
                            "timers.connection_alive_interval = 0",
                            "timers.connection_alive_interval = 99999999999",
                            "timers.pending_deletion_interval = 0",
                            "timers.pending_deletion_interval = 99999999999",
                            "tun.dev = \"%\"",
                            "tun.dev = {a: b}",
                            "tun.dev = é",
                            "tun.routines = 99999999999",
                            "unsafe {route: 192.168.5.0/24, via: 10.42.0.2, install: ~}",
                            "unsafe {route: 192.168.5.0/24, via: 10.42.0.2, metric: ~}",
                            "unsafe {route: 192.168.5.0/24, via: 10.42.0.2, mtu: ~}",
                            "unsafe {route: 192.168.5.0/24, via: [{gateway: 10.42.0.2, weight:"
                                    + " ~}]}",
                            "yaml 1.2 directive"));

    static Stream<Object[]> started() {
        return cases().filter(c -> c.get("starts").asBoolean())
                .map(c -> new Object[] {c.get("what").asText(), c});
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("started")
    void startsLenientlyWhatNebulaStarts(String what, JsonNode recorded) {
        ConfigOutcome outcome = Configs.outcome(yaml(recorded), Strictness.REPORT);

        assertThat(starts(outcome)).as("%s: %s", yaml(recorded), outcome).isTrue();
    }

    /** What starts strictly starts leniently too, with the same configuration. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("started")
    void lenientOnlyTurnsProblemsIntoNotices(String what, JsonNode recorded) {
        ConfigOutcome strict = Configs.outcome(yaml(recorded), Strictness.REFUSE);
        ConfigOutcome lenient = Configs.outcome(yaml(recorded), Strictness.REPORT);

        if (strict instanceof ConfigOutcome.Loaded loaded) {
            assertThat(lenient)
                    .isInstanceOfSatisfying(
                            ConfigOutcome.Loaded.class,
                            l -> assertThat(l.config()).isEqualTo(loaded.config()));
            assertThat(lenient.notices()).isEqualTo(loaded.notices());
        } else {
            assertThat(lenient.notices()).as("each doubt is reported").isNotEmpty();
        }
    }

    @Test
    void refusesWhatNebulaRefuses() {
        Set<String> accepted = new TreeSet<>();
        cases().filter(c -> !c.get("starts").asBoolean())
                .filter(c -> starts(Configs.outcome(yaml(c), Strictness.REPORT)))
                .forEach(c -> accepted.add(c.get("what").asText()));

        assertThat(accepted).isEqualTo(ACCEPTED_HERE);
    }

    private static boolean starts(ConfigOutcome outcome) {
        return outcome instanceof ConfigOutcome.Loaded loaded
                && NetworkChecks.check(loaded.config(), NETWORKS, loaded.origins())
                        .errors()
                        .isEmpty();
    }

    private static Stream<JsonNode> cases() {
        return StreamSupport.stream(RECORDED.get("cases").spliterator(), false);
    }

    private static String yaml(JsonNode recorded) {
        StringBuilder yaml = new StringBuilder();
        for (String section : recorded.get("base").asText().split(" ", -1)) {
            yaml.append(RECORDED.get("base").path(section).asText());
        }
        return yaml.append(recorded.get("yaml").asText()).append('\n').toString();
    }

    private static JsonNode load() {
        try {
            return new ObjectMapper().readTree(Configs.resource("starts-1.12.0.json"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
