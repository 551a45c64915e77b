package dev.asterism.agent.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What stands behind {@code asterism l7}: one of seven verbs, and their options. */
final class FilterLine {

    private static final List<String> VERBS =
            List.of("check", "defaults", "explain", "import", "services", "stat", "tap");

    /** What each verb may be asked with. */
    private static final Map<String, List<String>> OPTIONS =
            Map.of(
                    "explain", List.of("from", "service", "headers"),
                    "tap", List.of("from", "code", "route", "rate", "count", "fields"));

    private FilterLine() {}

    /** Whether an option of these takes the next word. */
    static boolean isOption(String word) {
        return switch (word) {
            case "--from", "-from", "--service", "-service", "-H", "--header" -> true;
            case "--code", "-code", "--route", "-route", "--rate", "-rate", "-n", "--count" -> true;
            default -> false;
        };
    }

    /** Adds such an option to a request. */
    static void option(String option, String value, Map<String, String> request) {
        switch (option) {
            case "-H", "--header" -> {
                if (value.indexOf(':') <= 0 || value.indexOf('\n') >= 0) {
                    throw VerbLine.usage("write " + option + " 'name: value'");
                }
                request.merge("headers", value, (before, next) -> before + "\n" + next);
            }
            case "-n", "--count" -> {
                if (!value.matches("[1-9][0-9]{0,8}")) {
                    throw VerbLine.usage(option + " needs a whole number, not " + value);
                }
                request.put("count", value);
            }
            default -> request.put(option.replaceFirst("^--?", ""), value);
        }
    }

    /** Fills the request; returns the verb as requests name it. */
    static String request(List<String> words, Map<String, String> request) {
        String verb = words.isEmpty() ? "" : words.removeFirst();
        for (String key : request.keySet()) {
            if (!OPTIONS.getOrDefault(verb, List.of()).contains(key)) {
                throw VerbLine.usage(
                        "--from, --service and -H belong to l7 explain; --from, --code, --route, --rate,"
                                + " --fields and -n to l7 tap");
            }
        }
        switch (verb) {
            case "check" -> {
                if (words.isEmpty()) {
                    throw VerbLine.usage("write l7 check FILE, or a folder");
                }
                VerbLine.optional(words, "file", request);
            }
            case "defaults" -> VerbLine.optional(words, "file", request);
            case "import" -> {
                if (words.isEmpty()) {
                    throw VerbLine.usage("write l7 import FILE, or - for standard input");
                }
                VerbLine.optional(words, "file", request);
            }
            case "services", "stat" -> VerbLine.none(words);
            case "tap" -> VerbLine.optional(words, "service", request);
            case "explain" -> {
                if (words.isEmpty() || words.size() > 2) {
                    throw VerbLine.usage(
                            "write l7 explain [--service NAME] [--from NODE] [-H 'NAME: VALUE'] [METHOD] URL");
                }
                List<String> asked = new ArrayList<>(words);
                request.put("url", asked.removeLast());
                request.put("method", asked.isEmpty() ? "GET" : asked.getFirst());
            }
            default -> throw VerbLine.usage("write l7 " + String.join("|", VERBS));
        }
        return "l7-" + verb;
    }
}
