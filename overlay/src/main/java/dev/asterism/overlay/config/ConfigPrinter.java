package dev.asterism.overlay.config;

import dev.asterism.overlay.config.ConfigNode.ListNode;
import dev.asterism.overlay.config.ConfigNode.MapNode;
import dev.asterism.overlay.config.ConfigNode.ScalarNode;
import dev.asterism.overlay.text.GoDuration;
import dev.asterism.overlay.text.QuotedYaml;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Prints a configuration as YAML, each value with a comment that says where it comes from: file,
 * line and column, or the default. Read again, the text gives the same configuration, except that
 * secrets are left out. A default that is not a value of its own, such as "the kernel chooses",
 * stands in a comment.
 */
public final class ConfigPrinter {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z/][A-Za-z0-9/._-]*");

    private final ConfigOutcome.Loaded loaded;
    private final KeyTree known = KeyTree.ofKnownKeys();
    private final StringBuilder text = new StringBuilder();

    private ConfigPrinter(ConfigOutcome.Loaded loaded) {
        this.loaded = loaded;
    }

    /** One line for each key and each section, each ends with a line feed. */
    public static String print(ConfigOutcome.Loaded loaded) {
        return new ConfigPrinter(loaded).print();
    }

    private String print() {
        String[] open = {};
        Map<String, Object> sorted = new TreeMap<>(ConfigDiff.values(loaded.config()));
        for (Map.Entry<String, Object> entry : sorted.entrySet()) {
            String[] steps = entry.getKey().split("\\.", -1);
            openSections(open, steps);
            open = steps;
            key(entry.getKey(), entry.getValue(), steps);
        }
        return text.toString();
    }

    private void openSections(String[] before, String[] steps) {
        boolean same = true;
        for (int i = 0; i < steps.length - 1; i++) {
            same &= i < before.length - 1 && before[i].equals(steps[i]);
            if (!same) {
                text.repeat("  ", i).append(steps[i]).append(":\n");
            }
        }
    }

    private void key(String path, Object value, String[] steps) {
        ConfigNode node = node(path);
        KeyRow row = known.at(path);
        String name = steps[steps.length - 1];
        text.repeat("  ", steps.length - 1);
        if (node != null) {
            String shown = scalar(value, row).orElseGet(() -> flow(node));
            line(
                    name,
                    isSecret(path, value) ? quoted(Secrets.HIDDEN) : Secrets.hide(shown),
                    node.position().toString());
        } else if (isDefault(value, row)) {
            line(name, scalar(value, row).orElse(row.byDefault()), "default");
        } else {
            line("# " + name, row.saidByDefault(), "default");
        }
    }

    private void line(String name, String value, String origin) {
        text.append(name).append(": ").append(value).append("  # ").append(origin).append('\n');
    }

    private @Nullable ConfigNode node(String path) {
        ConfigNode node = loaded.origins().node(path);
        String old = oldForm(path);
        return node == null && old != null ? loaded.origins().node(old) : node;
    }

    /** An older key that may have set this one. */
    private static @Nullable String oldForm(String path) {
        return switch (path) {
            case "punchy.punch" -> "punchy";
            case "punchy.respond" -> "punch_back";
            default -> null;
        };
    }

    /** A path is no secret, the text of a key is, and so is the PIN of a token. */
    private static boolean isSecret(String path, Object value) {
        return path.equals("pki.key") && Secrets.isKeyText(value.toString());
    }

    private static boolean isDefault(Object value, KeyRow row) {
        return switch (value) {
            case Duration duration when !row.isSeconds() ->
                    row.hasDefault() && duration.equals(row.durationByDefault());
            case String word -> word.equals(row.byDefault());
            default ->
                    scalar(value, row)
                            .map(shown -> shown.equals(row.byDefault()))
                            .orElse(row.hasDefault());
        };
    }

    /** Empty when it is a list, a map or made of several values. */
    private static Optional<String> scalar(Object value, KeyRow row) {
        return switch (value) {
            case Boolean flag -> Optional.of(flag.toString());
            case Number mode when row.type().equals("file mode") ->
                    Optional.of("0%o".formatted(mode.intValue()));
            case Number number -> Optional.of(number.toString());
            case Enum<?> word -> Optional.of(Section.word(word));
            case Duration duration when row.isSeconds() ->
                    Optional.of(String.valueOf(duration.toSeconds()));
            case Duration duration -> Optional.of(GoDuration.text(duration));
            case String word -> Optional.of(quoted(word));
            default -> Optional.empty();
        };
    }

    private static String flow(ConfigNode node) {
        return switch (node) {
            case ScalarNode scalar ->
                    scalar.kind() == ScalarKind.STRING ? quoted(scalar.text()) : scalar.text();
            case ListNode list ->
                    list.items().stream()
                            .map(ConfigPrinter::flow)
                            .collect(Collectors.joining(", ", "[", "]"));
            case MapNode map ->
                    map.entries().entrySet().stream()
                            .map(e -> quoted(e.getKey()) + ": " + flow(e.getValue().value()))
                            .collect(Collectors.joining(", ", "{", "}"));
        };
    }

    private static String quoted(String word) {
        // Other readers of YAML take yes and no for booleans.
        boolean plain = PLAIN.matcher(word).matches() && Scalars.bool(word) == null;
        if (plain && ScalarKind.of(word) == ScalarKind.STRING) {
            return word;
        }
        return QuotedYaml.of(word);
    }
}
