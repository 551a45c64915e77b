package dev.asterism.overlay.config;

import dev.asterism.overlay.config.ConfigNode.ListNode;
import dev.asterism.overlay.config.ConfigNode.MapNode;
import dev.asterism.overlay.config.ConfigNode.ScalarNode;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the fingerprints of {@code pki.blocklist} in files whatever else is wrong with them: a
 * certificate that somebody wants refused must not stay in use because of a typing error elsewhere.
 * A text that is not YAML is searched by lines. Pure; no exception escapes for any text.
 */
public final class Revocations {

    private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{64}");

    /** The key, as the start of a line or inside of braces. */
    private static final Pattern KEY =
            Pattern.compile("(?m)(?:^|[{,])[ \\t]*([\"']?)blocklist\\1[ \\t]*:");

    private static final Pattern ITEM =
            Pattern.compile("(?<![0-9A-Za-z])[0-9a-fA-F]{64}(?![0-9A-Za-z])");

    private Revocations() {}

    /** The well-formed entries of all files, lower case, each once. */
    public static SortedSet<String> in(List<ConfigText> files) {
        TreeSet<String> found = new TreeSet<>();
        for (ConfigText file : files) {
            if (YamlSource.parse(file, new Diagnostics()) instanceof MapNode root) {
                collect(root, found);
            } else {
                search(file.text(), found);
            }
        }
        return found;
    }

    private static void collect(MapNode root, SortedSet<String> found) {
        if (root.get("pki") instanceof MapNode pki) {
            switch (pki.get("blocklist")) {
                case ListNode list -> list.items().forEach(item -> add(item, found));
                case ScalarNode one -> add(one, found);
                case MapNode _ -> {}
                case null -> {}
            }
        }
    }

    private static void add(ConfigNode item, SortedSet<String> found) {
        if (item instanceof ScalarNode scalar) {
            String text = scalar.text().strip().toLowerCase(Locale.ROOT);
            if (FINGERPRINT.matcher(text).matches()) {
                found.add(text);
            }
        }
    }

    private static void search(String text, SortedSet<String> found) {
        Matcher key = KEY.matcher(text);
        while (key.find()) {
            int lineStart = text.lastIndexOf('\n', key.start()) + 1;
            String list = listAt(text, key.end(), indent(text, lineStart));
            Matcher item = ITEM.matcher(list);
            while (item.find()) {
                found.add(item.group().toLowerCase(Locale.ROOT));
            }
        }
    }

    /** What belongs to the key, without comments: to the closing bracket, or to the first line that is no item. */
    private static String listAt(String text, int from, int keyIndent) {
        StringBuilder list = new StringBuilder();
        boolean inBrackets = false;
        int at = from;
        while (at < text.length()) {
            int end = text.indexOf('\n', at);
            end = end < 0 ? text.length() : end;
            String line = withoutComment(text.substring(at, end));
            String content = line.strip();
            boolean first = at == from;
            if (!first && !inBrackets && !content.isEmpty()) {
                int indent = indent(text, at);
                if (!content.startsWith("-") || indent < keyIndent) {
                    break;
                }
            }
            inBrackets |= first && content.startsWith("[");
            int close = inBrackets ? line.indexOf(']') : -1;
            list.append(close < 0 ? line : line.substring(0, close)).append('\n');
            if (close >= 0) {
                break;
            }
            at = end + 1;
        }
        return list.toString();
    }

    private static String withoutComment(String line) {
        for (int i = line.indexOf('#'); i >= 0; i = line.indexOf('#', i + 1)) {
            if (i == 0 || Character.isWhitespace(line.charAt(i - 1))) {
                return line.substring(0, i);
            }
        }
        return line;
    }

    private static int indent(String text, int lineStart) {
        int at = lineStart;
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        return at - lineStart;
    }
}
