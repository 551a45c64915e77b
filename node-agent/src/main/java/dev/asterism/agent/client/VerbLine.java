package dev.asterism.agent.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A command line {@code asterism VERB …} for a running agent.
 *
 * @param verb as requests name it
 * @param request fields of the request beside {@code v} and {@code do}
 * @param plain without colours
 * @param untilDirect to ask until the peer is reached on a direct path
 * @param socket value of {@code --socket}, or null
 * @param config value of {@code --config}, or null
 */
record VerbLine(
        String verb,
        Map<String, String> request,
        boolean json,
        boolean watch,
        boolean plain,
        boolean help,
        boolean untilDirect,
        @Nullable String socket,
        @Nullable String config) {

    /** Verb and what follows it, as the help shows them. */
    static final Map<String, String> VERBS = verbs();

    private static Map<String, String> verbs() {
        Map<String, String> verbs = new LinkedHashMap<>();
        verbs.put("status", "this node: certificate, lighthouses, counts, last reload");
        verbs.put("peers [NAME]", "tunnels, their paths and traffic; pending handshakes and why");
        verbs.put("routes", "networks that go into the overlay, and by which peer");
        verbs.put("lighthouse [query ADDR]", "what is known of where peers are");
        verbs.put("drops", "the last refused packets, with rules by file and line");
        verbs.put("why SRC DST[:PORT][/PROTO]", "what would become of a packet, and why");
        verbs.put("why --last SRC DST[:PORT][/PROTO]", "what became of the last real one");
        verbs.put(
                "ping PEER [--until-direct]", "path, round trip and MTU; waits for a direct path");
        verbs.put("tunnels close|rehandshake PEER", "end a tunnel, or make a new one beside it");
        verbs.put("log-level [LEVEL]", "show or set it until the next reload");
        verbs.put("reload", "read the files again");
        verbs.put("l7 stat", "the L7 filter's last seconds, by service and route");
        verbs.put("l7 services", "what is advertised through the lighthouse, and who offers it");
        verbs.put(
                "l7 tap [SERVICE] [--from SELECTOR]", "requests while they happen; see docs/l7.md");
        verbs.put("l7 explain [METHOD] URL", "what would become of a request, and why");
        verbs.put("l7 check FILE", "what is wrong with a section l7; asks no agent");
        verbs.put("l7 defaults [FILE]", "that section with every value in force; asks no agent");
        verbs.put("l7 import FILE", "that section from a file of another mesh; asks no agent");
        verbs.put("version", "of this program and of the running agent");
        return verbs;
    }

    static boolean isVerb(String word) {
        return VERBS.keySet().stream().anyMatch(verb -> verb.split(" ", 2)[0].equals(word));
    }

    /** Throws {@link ClientFailure} with what is wrong. */
    static VerbLine parse(String... args) {
        List<String> words = new ArrayList<>();
        boolean json = false;
        boolean watch = false;
        boolean plain = false;
        boolean last = false;
        boolean help = false;
        boolean untilDirect = false;
        Map<String, String> options = new LinkedHashMap<>();
        Map<String, String> request = new LinkedHashMap<>();
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--json", "-json" -> json = true;
                case "-w", "--watch" -> watch = true;
                case "--no-color", "-no-color" -> plain = true;
                case "--last", "-last" -> last = true;
                case "--help", "-help", "-h" -> help = true;
                case "--until-direct", "-until-direct" -> untilDirect = true;
                case "--fields", "-fields" -> request.put("fields", "1");
                case "--socket", "-socket", "--config", "-config" -> {
                    if (i + 1 == args.length) {
                        throw usage(args[i] + " needs a path");
                    }
                    options.put(args[i].replaceFirst("^--?", ""), args[++i]);
                }
                default -> {
                    if (args[0].equals("l7") && FilterLine.isOption(args[i])) {
                        if (i + 1 == args.length) {
                            throw usage(args[i] + " needs a value");
                        }
                        FilterLine.option(args[i], args[++i], request);
                        continue;
                    }
                    if (args[i].startsWith("-") && args[i].length() > 1) {
                        throw usage("unknown option " + args[i]);
                    }
                    words.add(args[i]);
                }
            }
        }
        String verb = words.removeFirst();
        belong(verb, last, untilDirect, request.containsKey("fields"));
        if (last) {
            request.put("last", "1");
        }
        if (!help) {
            verb = request(verb, words, request);
        }
        return new VerbLine(
                verb,
                request,
                json,
                watch,
                plain,
                help,
                untilDirect,
                options.get("socket"),
                options.get("config"));
    }

    private static void belong(String verb, boolean last, boolean untilDirect, boolean fields) {
        belongs(last, "--last", "why", verb);
        belongs(untilDirect, "--until-direct", "ping", verb);
        belongs(fields, "--fields", "l7", verb);
    }

    private static void belongs(boolean given, String option, String to, String verb) {
        if (given && !verb.equals(to)) {
            throw usage(option + " belongs to " + to);
        }
    }

    /** Fills the request; returns the verb as requests name it. */
    private static String request(String verb, List<String> words, Map<String, String> request) {
        switch (verb) {
            case "l7" -> {
                return FilterLine.request(words, request);
            }
            case "peers" -> optional(words, "name", request);
            case "log-level" -> optional(words, "level", request);
            case "lighthouse" -> {
                if (!words.isEmpty()) {
                    if (words.size() != 2 || !words.getFirst().equals("query")) {
                        throw usage("write lighthouse, or lighthouse query ADDR");
                    }
                    request.put("query", words.getLast());
                }
            }
            case "tunnels" -> {
                if (words.size() != 2
                        || !List.of("close", "rehandshake").contains(words.getFirst())) {
                    throw usage("write tunnels close PEER, or tunnels rehandshake PEER");
                }
                request.put("peer", words.getLast());
                return words.getFirst();
            }
            case "ping" -> {
                if (words.size() != 1) {
                    throw usage("write ping [--until-direct] PEER");
                }
                request.put("peer", words.getLast());
            }
            case "why" -> {
                if (words.size() != 2) {
                    throw usage("write why [--last] SRC DST[:PORT][/PROTO]");
                }
                request.put("src", words.getFirst());
                boolean any = request.containsKey("last");
                PacketTarget.parse(words.getLast(), any).addTo(request);
            }
            default -> none(words);
        }
        return verb;
    }

    static void none(List<String> words) {
        if (!words.isEmpty()) {
            throw usage("unexpected argument " + words.getFirst());
        }
    }

    static void optional(List<String> words, String name, Map<String, String> request) {
        if (!words.isEmpty()) {
            none(words.subList(1, words.size()));
            request.put(name, words.getFirst());
        }
    }

    static ClientFailure usage(String message) {
        return new ClientFailure(ExitCode.USAGE, message);
    }
}
