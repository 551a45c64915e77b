package dev.asterism.agent.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What stands behind {@code asterism l7}: one of four verbs, and their options. */
final class FilterLine {

    private static final List<String> VERBS = List.of("check", "defaults", "explain", "stat");

    private FilterLine() {}

    /** Whether an option of these takes the next word. */
    static boolean isOption(String word) {
        return switch (word) {
            case "--from", "-from", "--service", "-service", "-H", "--header" -> true;
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
            default -> request.put(option.replaceFirst("^--?", ""), value);
        }
    }

    /** Fills the request; returns the verb as requests name it. */
    static String request(List<String> words, Map<String, String> request) {
        String verb = words.isEmpty() ? "" : words.removeFirst();
        if (!verb.equals("explain") && !request.isEmpty()) {
            throw VerbLine.usage("--from, --service and -H belong to l7 explain");
        }
        switch (verb) {
            case "check" -> {
                if (words.isEmpty()) {
                    throw VerbLine.usage("write l7 check FILE, or a folder");
                }
                VerbLine.optional(words, "file", request);
            }
            case "defaults" -> VerbLine.optional(words, "file", request);
            case "stat" -> VerbLine.none(words);
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
