package dev.asterism.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.asterism.overlay.net.Cidr;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What Nebula 1.12.0 said to 178 configurations (origin: README.md beside the file). */
class NebulaCasesTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNode CASES = load();
    private static final List<Cidr> NETWORKS =
            List.of(Cidr.of("10.42.0.1/16"), Cidr.of("fd42::1/64"));

    /** Decided by the contents of certificates and keys, not by the configuration. */
    private static final Set<String> ABOUT_CERTIFICATES =
            Set.of(
                    "ca missing",
                    "cert expired",
                    "key of another host",
                    "key of another curve",
                    "CA as certificate",
                    "two v1",
                    "v1 and v2 of different hosts",
                    "only unknown version",
                    "only unknown version in ca",
                    "only expired ca",
                    "host as ca",
                    "encrypted ca key as host key",
                    "initiating_version 1 with v2 only");

    /** Nebula has only TCP for it. */
    private static final Set<String> ACCEPTED_HERE = Set.of("graphite protocol udp");

    /** Nebula takes a default in silence; here it is an error. */
    private static final Set<String> STRICTER_HERE =
            Set.of(
                    "initiating_version x",
                    "blocklist scalar",
                    "conntrack number without unit",
                    "unknown keys");

    private static final Pattern WORDS_OF_THE_CONFIGURATION =
            Pattern.compile(
                    "^(no pki|pki\\.|unknown pki|unknown cipher|lighthouse|config|address|not a valid"
                            + "|firewall\\.|entry|tun\\.|stats\\.)");

    /** Decided by the kernel or the name service. */
    private static final Set<String> ABOUT_THE_SYSTEM =
            Set.of("start: persistent device of that name exists", "start: listen.host bad");

    @ParameterizedTest(name = "{0}")
    @MethodSource("changedConfigurations")
    void acceptsAndRefusesAsNebulaDoes(String what, JsonNode testCase) {
        ConfigOutcome outcome = ConfigReader.read("config.yml", yaml(testCase));

        boolean accepted = outcome instanceof ConfigOutcome.Loaded loaded && networksFit(loaded);
        boolean expected =
                ACCEPTED_HERE.contains(what)
                        || testCase.get("exit").asInt() == 0 && !STRICTER_HERE.contains(what);
        assertThat(accepted).as("%s: %s", testCase, outcome).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusedForOneValue")
    void complainsInNebulasWords(String what, String error, JsonNode testCase) {
        ConfigOutcome outcome = ConfigReader.read("config.yml", yaml(testCase));

        List<Diagnostic> problems =
                switch (outcome) {
                    case ConfigOutcome.Refused refused -> refused.problems();
                    case ConfigOutcome.Loaded loaded ->
                            NetworkChecks.check(loaded.config(), NETWORKS, loaded.origins())
                                    .errors();
                };
        assertThat(problems)
                .as(what)
                .hasSize(1)
                .first()
                .extracting(Diagnostic::message)
                .asString()
                .startsWith(error);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("folders")
    void mergesFoldersAsNebulaDoes(String what, JsonNode testCase) {
        List<ConfigText> files = new ArrayList<>();
        testCase.get("files")
                .properties()
                .forEach(
                        file -> {
                            if (!file.getKey().endsWith(".conf")) {
                                String text = file.getValue().asText();
                                files.add(new ConfigText(file.getKey(), text));
                            }
                        });

        Diagnostics problems = new Diagnostics();
        ConfigNode merged = merge(files, problems);

        if (testCase.get("exit").asInt() == 0) {
            StringBuilder expected = new StringBuilder();
            testCase.get("mergedX").forEach(line -> expected.append(line.asText()).append('\n'));
            assertThat(problems.errors()).isEmpty();
            assertThat(plain(merged, "x"))
                    .isEqualTo(plain(parse("expected", expected.toString()), "x"));
        } else {
            assertThat(problems.errors())
                    .as(what)
                    .first()
                    .asString()
                    .contains("cannot append two slices with different type");
        }
    }

    @Test
    void coversEveryCaseThatHasAConfiguration() {
        Set<String> left = new TreeSet<>();
        CASES.get("cases").forEach(c -> left.add(c.get("what").asText()));
        changedConfigurations().forEach(a -> left.remove(a[0].toString()));
        folders().forEach(a -> left.remove(a[0].toString()));
        left.removeAll(ABOUT_CERTIFICATES);
        left.removeAll(ABOUT_THE_SYSTEM);

        assertThat(left)
                .as("texts of files and command lines, tested elsewhere")
                .containsExactlyInAnyOrder(
                        "-version",
                        "bad YAML",
                        "duplicate key",
                        "empty file",
                        "empty folder",
                        "no -config",
                        "no such file",
                        "not a map",
                        "stray word",
                        "tab",
                        "unknown flag");
    }

    static Stream<Object[]> changedConfigurations() {
        return cases().filter(c -> !c.has("files"))
                .filter(c -> c.has("change") || c.get("what").asText().endsWith("base"))
                .filter(c -> !isElsewhere(c.get("what").asText()))
                .map(c -> new Object[] {c.get("what").asText(), c});
    }

    static Stream<Object[]> refusedForOneValue() {
        return changedConfigurations()
                .filter(a -> ((JsonNode) a[1]).get("exit").asInt() != 0)
                .filter(a -> !ACCEPTED_HERE.contains(a[0].toString()))
                .map(a -> new Object[] {a[0], error((JsonNode) a[1]), a[1]})
                .filter(a -> WORDS_OF_THE_CONFIGURATION.matcher(a[1].toString()).find());
    }

    /** Without what Go's own libraries and types say. */
    private static String error(JsonNode testCase) {
        JsonNode message = testCase.get("messages").path(0);
        String text = message.path("error").asText(message.path("msg").asText());
        return text.split("\\.? netip\\.|strconv\\.|missing closing|map\\[|\\[1]$|found int", -1)[
                0];
    }

    static Stream<Object[]> folders() {
        return cases().filter(c -> c.has("files"))
                .map(c -> new Object[] {c.get("what").asText(), c});
    }

    private static boolean isElsewhere(String what) {
        return ABOUT_CERTIFICATES.contains(what) || ABOUT_THE_SYSTEM.contains(what);
    }

    private static Stream<JsonNode> cases() {
        List<JsonNode> cases = new ArrayList<>();
        CASES.get("cases").forEach(cases::add);
        return cases.stream();
    }

    private static boolean networksFit(ConfigOutcome.Loaded loaded) {
        return NetworkChecks.check(loaded.config(), NETWORKS, loaded.origins()).errors().isEmpty();
    }

    /** JSON is YAML. */
    private static String yaml(JsonNode testCase) {
        ObjectNode config = CASES.get("base").deepCopy();
        JsonNode change = testCase.path("change");
        change.fieldNames()
                .forEachRemaining(
                        path -> {
                            int dot = path.lastIndexOf('.');
                            ObjectNode parent = config;
                            if (dot > 0) {
                                for (String step : path.substring(0, dot).split("\\.", -1)) {
                                    parent = parent.withObject("/" + step);
                                }
                            }
                            String leaf = path.substring(dot + 1);
                            if (change.get(path).asText().equals("(removed)")) {
                                parent.remove(leaf);
                            } else {
                                parent.set(leaf, change.get(path));
                            }
                        });
        return config.toString();
    }

    private static ConfigNode merge(List<ConfigText> files, Diagnostics problems) {
        ConfigNode.MapNode root = null;
        for (ConfigText file : files) {
            ConfigNode.MapNode map = (ConfigNode.MapNode) parse(file.file(), file.text());
            root = root == null ? map : new ConfigMerge(problems).merge(root, map);
        }
        return Objects.requireNonNull(root);
    }

    private static ConfigNode parse(String file, String text) {
        Diagnostics problems = new Diagnostics();
        ConfigNode node = YamlSource.parse(new ConfigText(file, text), problems);
        assertThat(problems.errors()).isEmpty();
        return Objects.requireNonNull(node);
    }

    /** The value of a key without positions; kinds are kept. */
    private static String plain(ConfigNode node, String key) {
        ConfigNode value = ((ConfigNode.MapNode) node).get(key);
        return value == null ? "(none)" : plain(value);
    }

    private static String plain(ConfigNode node) {
        return switch (node) {
            case ConfigNode.MapNode map -> {
                StringBuilder text = new StringBuilder("{");
                map.entries()
                        .forEach(
                                (key, entry) ->
                                        text.append(key).append('=').append(plain(entry.value())));
                yield text.append('}').toString();
            }
            case ConfigNode.ListNode list ->
                    list.items().stream().map(NebulaCasesTest::plain).toList().toString();
            case ConfigNode.ScalarNode scalar -> scalar.kind() + " " + scalar.text() + ";";
        };
    }

    private static JsonNode load() {
        try (InputStream in =
                NebulaCasesTest.class.getResourceAsStream("/config/config-1.12.0.json")) {
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
