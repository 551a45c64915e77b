package dev.asterism.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * configs/asterism.schema.json is what the table of keys says, and it agrees with the reader. After a change of {@link
 * KnownKeys} write it anew with {@code mvn -pl overlay test -Dtest=ConfigSchemaTest -Dasterism.write-docs=true}.
 */
class ConfigSchemaTest {

    private static final Path CONFIGS = Path.of("..", "configs");
    private static final Path FILE = CONFIGS.resolve("asterism.schema.json");
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final Schema SCHEMA = REGISTRY.getSchema(ConfigSchema.make());

    @Test
    void isWhatTheTableOfKeysSays() throws IOException {
        String expected = text(ConfigSchema.make());

        if (Boolean.getBoolean("asterism.write-docs")) {
            Files.writeString(FILE, expected);
        }
        assertThat(Files.readString(FILE)).isEqualTo(expected);
    }

    @Test
    void isASchema() {
        Schema draft =
                REGISTRY.getSchema(
                        SchemaLocation.of(SpecificationVersion.DRAFT_2020_12.getDialectId()));

        assertThat(draft.validate(ConfigSchema.make())).isEmpty();
    }

    static Stream<Path> examples() throws IOException {
        try (Stream<Path> files = Files.walk(CONFIGS)) {
            return files
                    .filter(file -> file.toString().endsWith(".yml"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void takesEveryExampleAndIsNamedInIt(Path example) throws IOException {
        String yaml = Files.readString(example);

        assertThat(complaints(yaml)).isEmpty();
        String schema =
                "../".repeat(CONFIGS.relativize(example).getNameCount() - 1) + FILE.getFileName();
        assertThat(yaml).startsWith("# yaml-language-server: $schema=" + schema + "\n");
    }

    @Test
    void takesAFileWithEveryKey() {
        assertThat(complaints(Configs.allKeys())).isEmpty();
    }

    /** What was recorded of Nebula, over 1,400 files: whatever loads without a warning. */
    @Test
    void takesWhatLoadsWithoutAWarning() {
        List<String> files =
                Stream.of(starts(), cases(), reloads())
                        .flatMap(all -> all)
                        .filter(ConfigSchemaTest::loadsWithoutAWarning)
                        .toList();

        assertThat(files).hasSizeGreaterThan(500);
        assertThat(files).allSatisfy(yaml -> assertThat(complaints(yaml)).as(yaml).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "listne: {port: 1}",
                "listen: {prot: 1}",
                "listen: {port: 70000}",
                "listen: {port: x}",
                "listen: {port: [1]}",
                "listen: [x]",
                "listen: {send_recv_error: maybe}",
                "punchy: {delay: 10}",
                "punchy: {delay: 10 s}",
                "punchy: {punch: on}",
                "punchy: [x]",
                "static_map: {network: ip7}",
                "static_host_map: [x]",
                "static_host_map: {10.42.0.1: a}",
                "static_host_map: {10.42.0.1: [{}]}",
                "lighthouse: {hosts: 10.42.0.1}",
                "lighthouse: {hosts: [~]}",
                "lighthouse: {hosts: [lighthouse.example.org]}",
                "lighthouse: {remote_allow_list: {10.0.0.0/8: maybe}}",
                "lighthouse: {local_allow_list: {interfaces: x}}",
                "lighthouse: {calculated_remotes: {10.0.0.0/8: [{port: 1}]}}",
                "lighthouse: {calculated_remotes: {10.0.0.0/8: [{mask: 10.0.0.0/8, port: 1, prt: 2}]}}",
                "pki: {blocklist: [ab]}",
                "pki: {blacklist: [ab]}",
                "pki: {initiating_version: 3}",
                "x509: {ca: a}",
                "cipher: rot13",
                "handshakes: {try_interval: 1}",
                "tun: {mtu: 10}",
                "tun: {routes: [x]}",
                "tun: {unsafe_routes: [{route: 10.0.0.0/8}]}",
                "tun: {unsafe_routes: [{route: x, via: 10.42.0.5}]}",
                "logging: {format: xml}",
                "stats: {type: statsd}",
                "stats: {type: prometheus, interval: 10s, listen: 9100, path: /m}",
                "stats: {type: graphite, interval: 10, host: 'a:1'}",
                "stats: {type: graphite, interval: 10s, host: a, protocol: tcp}",
                "firewall: {inbound: {port: any}}",
                "firewall: {inbound: [{port: any, host: any}]}",
                "firewall: {inbound: [{port: 1-x, proto: tcp, host: any}]}",
                "firewall: {inbound: [{hots: any, host: any, port: any, proto: any}]}",
                "firewall: {conntrack: {tcp_timeout: 5}}",
                "asterism: {x: 1}",
                "asterism: {conntrack: {max_entries: 1}}"
            })
    void refusesWhatIsWrong(String yaml) {
        String file = yaml.startsWith("pki") ? yaml : Configs.PKI + yaml;

        assertThat(complaints(file)).isNotEmpty();
        assertThat(loadsWithoutAWarning(file)).as("it agrees with the reader").isFalse();
    }

    /** The agent reads these. */
    @ParameterizedTest
    @ValueSource(strings = {"{control: {mode: rw}}", "{cipher_provider: rot13}", "{threads: 3}"})
    void refusesWhatIsWrongInTheAgentsSections(String yaml) {
        assertThat(complaints(Configs.PKI + "asterism: " + yaml)).isNotEmpty();
    }

    private static boolean loadsWithoutAWarning(String yaml) {
        return ConfigReader.read("c.yml", yaml) instanceof ConfigOutcome.Loaded loaded
                && loaded.notices().isEmpty();
    }

    private static List<String> complaints(String yaml) {
        ConfigNode root = YamlSource.parse(new ConfigText("c.yml", yaml), new Diagnostics(true));
        return SCHEMA.validate(json(Objects.requireNonNull(root, yaml))).stream()
                .map(Object::toString)
                .toList();
    }

    private static JsonNode json(ConfigNode node) {
        JsonNodeFactory factory = JsonNodeFactory.instance;
        return switch (node) {
            case ConfigNode.MapNode map -> {
                ObjectNode object = factory.objectNode();
                map.entries().forEach((key, entry) -> object.set(key, json(entry.value())));
                yield object;
            }
            case ConfigNode.ListNode list -> {
                ArrayNode array = factory.arrayNode();
                list.items().forEach(item -> array.add(json(item)));
                yield array;
            }
            case ConfigNode.ScalarNode scalar ->
                    switch (scalar.kind()) {
                        case STRING, DATE -> factory.textNode(scalar.text());
                        case NULL -> factory.nullNode();
                        case BOOLEAN -> factory.booleanNode(scalar.canonical().equals("true"));
                        case INTEGER -> factory.numberNode(new BigDecimal(scalar.canonical()));
                        case FLOAT -> number(scalar.canonical());
                    };
        };
    }

    /** JSON has no word for infinity. */
    private static JsonNode number(String text) {
        try {
            return JsonNodeFactory.instance.numberNode(new BigDecimal(text.replace("_", "")));
        } catch (NumberFormatException _) {
            return JsonNodeFactory.instance.textNode(text);
        }
    }

    private static Stream<String> starts() {
        JsonNode recorded = load("starts-1.12.0.json");
        return items(recorded.get("cases"))
                .map(
                        one -> {
                            StringBuilder yaml = new StringBuilder();
                            for (String section : one.get("base").asText().split(" ", -1)) {
                                yaml.append(recorded.get("base").path(section).asText());
                            }
                            return yaml.append(one.get("yaml").asText()).append('\n').toString();
                        });
    }

    private static Stream<String> cases() {
        JsonNode recorded = load("config-1.12.0.json");
        return items(recorded.get("cases"))
                .map(one -> changed(recorded.get("base"), one.path("change").properties()));
    }

    private static Stream<String> reloads() {
        JsonNode recorded = load("reload-1.12.0.json");
        return items(recorded.get("changes"))
                .map(one -> Map.entry(one.get("key").asText(), one.get("value")))
                .map(change -> changed(recorded.get("base"), Set.of(change)));
    }

    private static String changed(JsonNode base, Set<Map.Entry<String, JsonNode>> changes) {
        ObjectNode config = base.deepCopy();
        config.remove("local_api");
        for (Map.Entry<String, JsonNode> change : changes) {
            String[] steps = change.getKey().split("\\.", -1);
            ObjectNode parent = config;
            for (int i = 0; i < steps.length - 1; i++) {
                parent = parent.withObject("/" + steps[i]);
            }
            if (change.getValue().asText().equals("(removed)")) {
                parent.remove(steps[steps.length - 1]);
            } else {
                parent.set(steps[steps.length - 1], change.getValue());
            }
        }
        return config.toString();
    }

    private static Stream<JsonNode> items(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    private static JsonNode load(String name) {
        try {
            return JSON.readTree(Configs.resource(name));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(ObjectNode schema) throws JsonProcessingException {
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer =
                new DefaultPrettyPrinter(
                        Separators.createDefaultInstance()
                                .withObjectFieldValueSpacing(Separators.Spacing.AFTER));
        printer.indentObjectsWith(indenter);
        printer.indentArraysWith(indenter);
        return JSON.writer(printer).writeValueAsString(schema) + "\n";
    }
}
