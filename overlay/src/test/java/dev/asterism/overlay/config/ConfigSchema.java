package dev.asterism.overlay.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.asterism.overlay.config.KeyRow.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes configs/asterism.schema.json (JSON Schema, draft 2020-12) from {@link KnownKeys}. What the
 * schema refuses, {@code --test} refuses or warns of; the opposite cannot be, as a schema knows
 * neither certificates nor other files. Nothing is required at the top, as a folder of files is one
 * configuration.
 */
final class ConfigSchema {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private static final Pattern FOR_TYPE = Pattern.compile("\\bfor (prometheus|graphite)\\b");

    /** Steps of paths as a tree, in the order of the rows. */
    private record Step(Map<String, Step> below, List<KeyRow> rows) {

        static Step empty() {
            return new Step(new LinkedHashMap<>(), new ArrayList<>());
        }

        void add(KeyRow row) {
            Step at = this;
            for (String name : row.path().replace("[]", ".[]").split("\\.", -1)) {
                at = at.below.computeIfAbsent(name, _ -> empty());
            }
            at.rows.add(row);
        }

        /** Null when it is only on the way to others. */
        @Nullable KeyRow row() {
            return rows.isEmpty() ? null : rows.getFirst();
        }

        Step child(String name) {
            return below.getOrDefault(name, empty());
        }
    }

    private final ObjectNode definitions = JSON.objectNode();

    private ConfigSchema() {}

    static ObjectNode make() {
        return new ConfigSchema().root();
    }

    private ObjectNode root() {
        Step top = Step.empty();
        KnownKeys.rows().forEach(top::add);
        ObjectNode root = JSON.objectNode();
        root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        root.put("title", "Configuration of Asterism");
        root.put(
                "description",
                "Generated from the table of keys, see docs/configuration.md. Nebula's keys, and Asterism's under asterism.");
        root.setAll(map(top));
        define();
        root.set("$defs", definitions);
        return root;
    }

    /** A map whose keys have rows; null stands for an absent one. */
    private ObjectNode map(Step step) {
        ObjectNode properties = JSON.objectNode();
        ArrayNode required = JSON.arrayNode();
        Map<String, ObjectNode> byType = new LinkedHashMap<>();
        step.below.forEach(
                (name, child) -> {
                    KeyRow row = child.row();
                    List<String> types = row == null ? List.of() : onlyWith(row);
                    if (name.equals("*") || name.equals("[]") || isAllDoubtful(child)) {
                        return;
                    }
                    if (row == null) {
                        properties.set(name, map(child));
                    } else {
                        properties.set(
                                name, types.isEmpty() ? property(row, child) : described(row));
                        types.forEach(
                                type ->
                                        byType.computeIfAbsent(type, _ -> JSON.objectNode())
                                                .set(name, typed(row.type(), child)));
                        if (isRequired(row)) {
                            required.add(name);
                        }
                    }
                });
        ObjectNode map = JSON.objectNode();
        map.set("type", JSON.arrayNode().add("object").add("null"));
        map.set("properties", properties);
        Step any = step.child("*");
        KeyRow others = any.row();
        if (others == null) {
            map.put("additionalProperties", false);
        } else {
            map.set("additionalProperties", property(others, any));
        }
        if (!required.isEmpty()) {
            map.set("required", required);
        }
        if (!byType.isEmpty()) {
            map.set("allOf", conditions(byType));
        }
        return map;
    }

    /** Only where a file cannot have the rest in another one. */
    private static boolean isRequired(KeyRow row) {
        return row.path().contains("[]")
                && row.byDefault().equals("(required)")
                && row.status() == Status.SUPPORTED;
    }

    /** Types of {@code stats} without which a key is not checked. */
    private static List<String> onlyWith(KeyRow row) {
        if (row.byDefault().equals("(required with a type)")) {
            return List.of("prometheus", "graphite");
        }
        Matcher type = FOR_TYPE.matcher(row.byDefault() + row.note());
        return type.find() ? List.of(type.group(1)) : List.of();
    }

    private static boolean isAllDoubtful(Step step) {
        return step.rows.stream().allMatch(row -> row.status() == Status.GONE_IN_DOUBT)
                && step.below.values().stream().allMatch(ConfigSchema::isAllDoubtful);
    }

    /** What is checked only with a certain {@code type}. */
    private static ArrayNode conditions(Map<String, ObjectNode> byType) {
        ArrayNode all = JSON.arrayNode();
        byType.forEach(
                (type, properties) -> {
                    ObjectNode condition = JSON.objectNode();
                    condition.set("properties", JSON.objectNode().set("type", constant(type)));
                    condition.set("required", JSON.arrayNode().add("type"));
                    ObjectNode rule = JSON.objectNode();
                    rule.set("if", condition);
                    rule.set("then", JSON.objectNode().set("properties", properties));
                    all.add(rule);
                });
        return all;
    }

    private static ObjectNode constant(String word) {
        return JSON.objectNode().put("const", word);
    }

    private ObjectNode property(KeyRow row, Step step) {
        ObjectNode described = described(row);
        if (row.status() == Status.SUPPORTED) {
            described.setAll(typed(row.type(), step));
        }
        return described;
    }

    private static ObjectNode described(KeyRow row) {
        ObjectNode described = JSON.objectNode();
        described.put("title", row.path());
        described.put("description", description(row));
        if (row.status() == Status.GONE) {
            described.put("deprecated", true);
        }
        if (row.status() == Status.SUPPORTED && row.hasDefault()) {
            setDefault(described, row);
        }
        return described;
    }

    private static String description(KeyRow row) {
        String effect =
                switch (row.status()) {
                    case NOT_YET -> "Known to Nebula, without effect yet.";
                    case GONE, GONE_IN_DOUBT -> "Without effect: of older versions of Nebula.";
                    case SUPPORTED ->
                            switch (row.change()) {
                                case RELOAD -> "Takes effect with a reload.";
                                case NEW_TUNNELS -> "Takes effect for tunnels made after a reload.";
                                case RESTART -> "Takes effect at the start.";
                            };
                };
        String note = row.note().isEmpty() ? "" : sentence(row.note()) + " ";
        return note + withoutIt(row) + effect;
    }

    private static String withoutIt(KeyRow row) {
        String said = row.saidByDefault();
        if (said.isEmpty() || row.hasDefault() || row.status() != Status.SUPPORTED) {
            return "";
        }
        return said.startsWith("required") ? sentence(said) + " " : "Default: " + said + ". ";
    }

    private static String sentence(String note) {
        return Character.toUpperCase(note.charAt(0)) + note.substring(1) + ".";
    }

    private static void setDefault(ObjectNode into, KeyRow row) {
        String text = row.byDefault();
        Long number = Scalars.number(text);
        boolean isNumber = row.type().startsWith("int ") || row.isSeconds();
        switch (text) {
            case "true", "false" -> into.put("default", Boolean.parseBoolean(text));
            case "[]" -> into.set("default", JSON.arrayNode());
            case "{}" -> into.set("default", JSON.objectNode());
            default -> {
                if (isNumber && number != null) {
                    into.put("default", number);
                } else {
                    into.put("default", text);
                }
            }
        }
    }

    /** The schema of a type as {@link KnownKeys} writes it. */
    private ObjectNode typed(String type, Step step) {
        if (type.startsWith("map of ")) {
            ObjectNode map = JSON.objectNode();
            map.set("type", JSON.arrayNode().add("object").add("null"));
            String values = type.substring(type.indexOf(" to ") + " to ".length());
            map.set("additionalProperties", typed(values, step.child("*")));
            return map;
        }
        if (type.contains(" or ")) {
            List<ObjectNode> any =
                    Arrays.stream(type.split(" or ", -1))
                            .map(one -> typed(one, step))
                            .distinct()
                            .toList();
            return any.size() == 1 ? any.getFirst() : anyOf(any.toArray(ObjectNode[]::new));
        }
        if (type.startsWith("list of ")) {
            return list(typed(type.substring("list of ".length()), step));
        }
        if (type.startsWith("one of ")) {
            return words(type.substring("one of ".length()), false);
        }
        if (type.startsWith("any case of ")) {
            return words(type.substring("any case of ".length()), true);
        }
        if (type.startsWith("int ")) {
            String[] ends = type.substring("int ".length()).split("\\.\\.", -1);
            return integer(Long.parseLong(ends[0]), Long.parseLong(ends[1]));
        }
        return switch (type) {
            case "map" -> map(step);
            case "list" -> list(map(step.child("[]")));
            case "seconds" -> integer(0, Integer.MAX_VALUE);
            case "path", "PEM" -> reference("text");
            default -> reference(type);
        };
    }

    private static ObjectNode list(ObjectNode items) {
        ObjectNode list = JSON.objectNode();
        list.set("type", JSON.arrayNode().add("array").add("null"));
        return list.set("items", items);
    }

    private static ObjectNode words(String list, boolean anyCase) {
        ArrayNode words = JSON.arrayNode();
        StringBuilder pattern = new StringBuilder("^(");
        for (String word : list.split(", ", -1)) {
            words.add(word);
            pattern.append(pattern.length() > 2 ? "|" : "");
            word.chars().forEach(c -> pattern.append(eitherCase((char) c)));
        }
        words.add("").addNull();
        ObjectNode exact = JSON.objectNode().set("enum", words);
        if (!anyCase) {
            return exact;
        }
        ObjectNode other = JSON.objectNode();
        other.put("type", "string");
        other.put("pattern", pattern.append(")$").toString());
        return JSON.objectNode().set("anyOf", JSON.arrayNode().add(exact).add(other));
    }

    private static String eitherCase(char c) {
        return Character.isLetter(c)
                ? "[" + Character.toLowerCase(c) + Character.toUpperCase(c) + "]"
                : String.valueOf(c);
    }

    /** Quoted numbers are numbers, too. */
    private static ObjectNode integer(long least, long most) {
        ObjectNode number = JSON.objectNode();
        number.set("type", JSON.arrayNode().add("integer").add("null"));
        number.put("minimum", least);
        number.put("maximum", most);
        return anyOf(number, string("^[+-]?[0-9]+$"));
    }

    private ObjectNode reference(String type) {
        String name = type.replace(':', '-').replace(' ', '-').toLowerCase(Locale.ROOT);
        if (!DEFINED.contains(name)) {
            throw new IllegalStateException("no schema for the type " + type);
        }
        return JSON.objectNode().put("$ref", "#/$defs/" + name);
    }

    private static final List<String> DEFINED =
            List.of(
                    "bool",
                    "yes-no",
                    "duration",
                    "text",
                    "any",
                    "address",
                    "cidr",
                    "host-port",
                    "port-range",
                    "fingerprint",
                    "file-mode",
                    "percent",
                    "rate",
                    "size",
                    "duration-range",
                    "selector");

    private void define() {
        ObjectNode text = JSON.objectNode();
        text.set("type", JSON.arrayNode().add("string").add("number").add("boolean").add("null"));
        ObjectNode bool = JSON.objectNode();
        bool.set("type", JSON.arrayNode().add("boolean").add("null"));
        ObjectNode digit = JSON.objectNode();
        digit.set("enum", JSON.arrayNode().add(0).add(1));
        String yes = "1|[tT]|[tT][rR][uU][eE]|[yY]|[yY][eE][sS]";
        String no = "0|[fF]|[fF][aA][lL][sS][eE]|[nN]|[nN][oO]";
        definitions.set("bool", anyOf(bool, digit, string("^(" + yes + "|" + no + ")$")));
        ObjectNode strict = JSON.objectNode().put("type", "boolean");
        definitions.set("yes-no", anyOf(strict, string("^(y|yes|n|no)$")));
        String number = "([0-9]+(\\.[0-9]*)?|\\.[0-9]+)";
        ObjectNode zero = JSON.objectNode();
        zero.set("enum", JSON.arrayNode().add(0).addNull());
        definitions.set(
                "duration",
                anyOf(string("^[+-]?(0|(" + number + "(ns|us|µs|μs|ms|s|m|h))+)$"), zero));
        definitions.set("text", text);
        ObjectNode any = JSON.objectNode();
        any.set("enum", JSON.arrayNode().add("any").add("").addNull());
        definitions.set("any", any);
        definitions.set("address", string("^[0-9A-Fa-f:.]+$"));
        definitions.set("cidr", string("^[0-9A-Fa-f:.]+/[0-9]{1,3}$"));
        definitions.set("host-port", string(":[+-]?[0-9]+$"));
        ObjectNode port = JSON.objectNode();
        port.set("type", JSON.arrayNode().add("integer").add("null"));
        port.put("minimum", 0);
        port.put("maximum", 0xFFFF);
        definitions.set(
                "port-range",
                anyOf(port, string("^( *(any|fragment|[0-9]+|[0-9]+ *- *[0-9]+) *)?$")));
        definitions.set("fingerprint", string("^\\s*[0-9A-Fa-f]{64}\\s*$"));
        ObjectNode mode = JSON.objectNode();
        mode.set("type", JSON.arrayNode().add("integer").add("null"));
        String plain = "[0-9]+(\\.[0-9]+)?";
        definitions.set("percent", string("^ *" + plain + " *% *$"));
        String rate = plain + " */ *(s|m|h)( +burst +[0-9]+)?";
        definitions.set("rate", string("^ *(unlimited|" + rate + ") *$"));
        definitions.set(
                "size",
                anyOf(string("^ *[0-9]+ *(B|KiB|MiB|GiB)? *$"), integer(0, Integer.MAX_VALUE)));
        String time = "(0|(" + plain + "(ns|us|µs|ms|s|m|h))+)";
        definitions.set("duration-range", string("^ *" + time + " *\\.\\. *" + time + " *$"));
        definitions.set("selector", string("."));
        definitions.set("file-mode", anyOf(string("^0?[0-7]{3}$"), mode));
    }

    private static ObjectNode string(String pattern) {
        return JSON.objectNode().put("type", "string").put("pattern", pattern);
    }

    private static ObjectNode anyOf(ObjectNode... schemas) {
        ArrayNode any = JSON.arrayNode();
        for (ObjectNode schema : schemas) {
            any.add(schema);
        }
        return JSON.objectNode().set("anyOf", any);
    }
}
