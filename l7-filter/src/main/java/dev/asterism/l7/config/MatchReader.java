package dev.asterism.l7.config;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.asterism.l7.authz.RuleSpec;
import dev.asterism.l7.identity.Selector;
import dev.asterism.l7.match.MatchSpec;
import dev.asterism.l7.match.PathMatch;
import dev.asterism.l7.match.ValueMatch;
import dev.asterism.overlay.config.Section;
import dev.asterism.overlay.text.NearestWord;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What requests a route or a rule is about. */
final class MatchReader {

    private static final List<String> PATH_KEYS = List.of("path", "prefix", "regex", "grpc");
    private static final List<String> USUAL_METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private MatchReader() {}

    /** The entries of {@code allow} or {@code deny}. */
    static List<RuleSpec> rules(Section at, String key) {
        List<RuleSpec> rules = new ArrayList<>();
        for (Section rule : at.sections(key)) {
            if (rule.isEmpty()) {
                at.error(key, "a rule that names nothing fits everything", "write {from: any}");
            }
            rules.add(new RuleSpec(read(rule, false), rule.source("from")));
        }
        return rules;
    }

    /**
     * @param fields whether {@code header} and {@code query} may stand there
     */
    static MatchSpec read(Section match, boolean fields) {
        return new MatchSpec(
                path(match),
                methods(match, "method", match.words("method")),
                fields ? values(match, "header") : List.of(),
                fields ? values(match, "query") : List.of(),
                hosts(match, "host"),
                new FieldReader(match).selector("from", Selector.ANY));
    }

    private static PathMatch path(Section match) {
        List<String> given = PATH_KEYS.stream().filter(match::has).toList();
        if (given.isEmpty()) {
            return PathMatch.ANY;
        }
        if (given.size() > 1) {
            match.error(
                    given.get(1),
                    "only one of %s may be given".formatted(String.join(", ", PATH_KEYS)),
                    "it stands beside " + given.getFirst());
        }
        String key = given.getFirst();
        return new FieldReader(match)
                .value(
                        key,
                        PathMatch.ANY,
                        text ->
                                switch (key) {
                                    case "path" -> PathMatch.exact(absolute(text));
                                    case "prefix" -> PathMatch.prefix(absolute(text));
                                    case "grpc" -> PathMatch.grpc(grpc(text));
                                    default -> PathMatch.regex(expression(text));
                                });
    }

    private static String absolute(String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException(
                    "`%s` does not begin with /: write /%s".formatted(path, path));
        }
        if (path.indexOf('?') >= 0 || path.indexOf('#') >= 0) {
            throw new IllegalArgumentException(
                    "`%s` has more than a path; query parameters go under match.query"
                            .formatted(path));
        }
        return path;
    }

    private static String grpc(String method) {
        if (!method.matches("[A-Za-z_][A-Za-z0-9_.]*(/[A-Za-z_][A-Za-z0-9_]*)?")) {
            throw new IllegalArgumentException(
                    "`%s` is neither package.Service nor package.Service/Method".formatted(method));
        }
        return method;
    }

    private static String expression(String text) {
        try {
            Pattern.compile(text);
            return text;
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "`%s` is no RE2 expression: %s".formatted(text, e.getDescription()), e);
        }
    }

    private static List<ValueMatch> values(Section match, String key) {
        List<ValueMatch> values = new ArrayList<>();
        match.texts(key)
                .forEach(
                        (name, text) -> {
                            ValueMatch value = ValueMatch.of(name, text);
                            try {
                                if (value.kind() == ValueMatch.Kind.REGEX) {
                                    expression(value.value());
                                }
                                values.add(value);
                            } catch (IllegalArgumentException e) {
                                match.error(key, String.valueOf(e.getMessage()), "");
                            }
                        });
        return values;
    }

    /** Names of hosts in lower case, without ports. */
    static List<String> hosts(Section at, String key) {
        List<String> hosts = new ArrayList<>();
        List<String> words = at.words(key);
        for (int i = 0; i < words.size(); i++) {
            String host = words.get(i).toLowerCase(Locale.ROOT);
            boolean valid =
                    host.matches("(\\*\\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?|\\[[0-9a-f:.]+]");
            if (valid) {
                hosts.add(host);
            } else {
                String hint = host.matches("[^:]+:[0-9]+") ? "leave the port out" : "";
                at.error(key, i, "`%s` is no name of a host".formatted(words.get(i)), hint);
            }
        }
        return hosts;
    }

    /** Method names; one that is a usual one in another spelling is an error. */
    static List<String> methods(Section at, String key, List<String> words) {
        List<String> methods = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            String near = NearestWord.of(word, USUAL_METHODS);
            boolean token = word.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
            if (!token
                    || !USUAL_METHODS.contains(word)
                            && USUAL_METHODS.contains(near.toUpperCase(Locale.ROOT))) {
                at.error(
                        key,
                        i,
                        "`%s` is no usual method; methods are written in capitals".formatted(word),
                        near.isEmpty() ? "" : "did you mean " + near + "?");
            } else {
                methods.add(word);
            }
        }
        return methods;
    }
}
