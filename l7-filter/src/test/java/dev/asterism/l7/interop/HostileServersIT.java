package dev.asterism.l7.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.asterism.l7.hostile.AnswerServer;
import dev.asterism.l7.hostile.Hostile;
import dev.asterism.l7.hostile.HostileAnswers;
import dev.asterism.l7.hostile.HostileFrames;
import dev.asterism.l7.hostile.HostileRequests;
import dev.asterism.l7.hostile.HttpReader;
import dev.asterism.l7.hostile.WireReader;
import dev.asterism.l7.proxy.HostileAnswerRun;
import dev.asterism.l7.proxy.HostileRun;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A8 of the threats: what the filter forwards of the corpus of hostile requests, read by the servers of this machine.
 * Each reads it as we do or refuses it; none finds another request. Servers that are not here are skipped, loudly.
 */
@Timeout(300)
class HostileServersIT {

    @TempDir private static Path folder;
    private static final Map<String, HostileRun.Stream> streams = new LinkedHashMap<>();
    private static final Map<String, MatrixServer> servers = new LinkedHashMap<>();

    @BeforeAll
    static void start() throws IOException {
        for (Hostile each : HostileRequests.all()) {
            keep(each.name(), HostileRun.http1(each.bytes()));
            keep("with rules, " + each.name(), HostileRun.withPathRules(each.bytes()));
        }
        for (Hostile each : HostileFrames.all()) {
            byte[] bytes = each.bytes().getBytes(StandardCharsets.ISO_8859_1);
            keep(each.name(), HostileRun.http2(bytes));
        }
        startNode();
        startGo();
        @Nullable MatrixServer behind =
                servers.containsKey("Node") ? servers.get("Node") : servers.get("Go");
        startProxy("nginx", "hostile-nginx.conf", behind, "-c");
        startProxy("haproxy", "hostile-haproxy.cfg", behind, "-f");
    }

    private static void keep(String name, HostileRun run) {
        for (int i = 0; i < run.streams().size(); i++) {
            String which = i == 0 ? name : name + ", connection " + (i + 1);
            streams.put(which, run.streams().get(i));
        }
    }

    private static void startNode() throws IOException {
        Path node = Programs.find("node");
        if (node != null) {
            Path script = Programs.unpack("read.js", folder);
            servers.put("Node", ProgramServer.telling(List.of(node.toString(), script.toString())));
        }
    }

    private static void startGo() {
        Path go = Programs.find("go");
        if (go != null) {
            try {
                Path program = Programs.build(go, "read.go", folder);
                servers.put("Go", ProgramServer.telling(List.of(program.toString())));
            } catch (IOException e) {
                System.err.println("SKIPPED: Go: " + e.getMessage());
            }
        }
    }

    private static void startProxy(
            String name, String template, @Nullable MatrixServer behind, String option)
            throws IOException {
        Path program = Programs.find(name);
        if (program != null && behind != null) {
            servers.put(
                    name,
                    ProgramServer.configured(program, option, template, folder, behind.port(1)));
        }
    }

    @AfterAll
    static void stop() {
        servers.values().forEach(MatrixServer::close);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nginx", "haproxy", "Node", "Go"})
    void readsWhatWeForwardAsWeDo(String name) throws Exception {
        MatrixServer server = servers.get(name);
        if (server == null) {
            System.err.println("SKIPPED: " + name + " is not here or cannot be built");
            abort(name + " is not here or cannot be built");
            return;
        }
        WireReader reader = new WireReader(server.port(1));
        List<String> differences = new ArrayList<>();
        Map<String, List<String>> refused = new TreeMap<>();
        for (Map.Entry<String, HostileRun.Stream> each : streams.entrySet()) {
            HostileRun.Stream stream = each.getValue();
            List<String> read;
            if (stream.isWhole()) {
                WireReader.Read whole = reader.requests(stream.bytes());
                read = whole.requests();
                if (!whole.refusal().isEmpty()) {
                    refused.computeIfAbsent(whole.refusal(), _ -> new ArrayList<>())
                            .add(each.getKey());
                } else if (read.size() < stream.requests().size()) {
                    differences.add(each.getKey() + ": only " + read);
                }
            } else {
                read = reader.cutRequests(stream.bytes());
            }
            if (!agree(read, stream.requests())) {
                differences.add(each.getKey() + ": " + read + " and not " + stream.requests());
            }
        }
        System.out.printf("%s read %d streams; refused %s%n", name, streams.size(), refused);

        assertThat(differences).isEmpty();
        int refusals = refused.values().stream().mapToInt(List::size).sum();
        assertThat(refusals).as("%s", refused).isLessThan(streams.size() / 10);
    }

    /** A9: what clients hear of the answers that the filter passes on, at once and through nginx and HAProxy. */
    @ParameterizedTest
    @ValueSource(strings = {"nginx", "haproxy", "Node", "Go"})
    void hearsWhatWePassOnAsWeDo(String name) throws Exception {
        List<Hostile> all = HostileAnswers.http1();
        List<String> texts =
                all.stream().map(each -> HostileAnswerRun.of(each, "GET").first()).toList();
        HttpReader reader = Objects.requireNonNull(HttpReader.ofThisProcess().get("Netty"));
        List<String> differences = new ArrayList<>();
        int none = 0;
        try (AnswerServer server = new AnswerServer(texts)) {
            List<String> heard = heard(name, server.port(), texts.size());
            assertThat(heard).hasSameSizeAs(texts);
            for (int i = 0; i < heard.size(); i++) {
                List<String> read = new ArrayList<>(reader.answers(texts.get(i)));
                read.removeIf(answer -> answer.startsWith("1"));
                none += heard.get(i).equals("none") ? 1 : 0;
                if (!heard.get(i).equals("none") && !read.contains(heard.get(i))) {
                    differences.add(all.get(i) + ": " + heard.get(i) + " and not " + read);
                }
            }
        }
        System.out.printf("%s heard %d answers, %d of them none%n", name, texts.size(), none);

        assertThat(differences).isEmpty();
        assertThat(none).isLessThan(texts.size() / 3);
    }

    private static List<String> heard(String name, int port, int count) throws IOException {
        Path program = Programs.find(name.toLowerCase(java.util.Locale.ROOT));
        if (program == null) {
            System.err.println("SKIPPED: " + name + " is not here");
            return abort(name + " is not here");
        }
        String[] numbers = {Integer.toString(port), Integer.toString(count)};
        return switch (name) {
            case "Node" ->
                    told(
                            List.of(
                                    program.toString(),
                                    Programs.unpack("hear.js", folder).toString(),
                                    numbers[0],
                                    numbers[1]));
            case "Go" ->
                    told(
                            List.of(
                                    Programs.build(program, "hear.go", folder).toString(),
                                    numbers[0],
                                    numbers[1]));
            default -> {
                boolean nginx = name.equals("nginx");
                String template = nginx ? "hostile-nginx.conf" : "hostile-haproxy.cfg";
                Path own = Files.createDirectories(folder.resolve("hear-" + name));
                try (MatrixServer proxy =
                        ProgramServer.configured(
                                program, nginx ? "-c" : "-f", template, own, port)) {
                    yield throughProxy(proxy.port(1), count);
                }
            }
        };
    }

    private static List<String> told(List<String> command) {
        List<String> heard = new ArrayList<>();
        for (String line : Programs.run(command).text().lines().toList()) {
            String[] words = line.split(" ", 3);
            boolean none = words[1].equals("none");
            byte[] body = HexFormat.of().parseHex(none || words.length < 3 ? "" : words[2].strip());
            String text = new String(body, StandardCharsets.ISO_8859_1);
            heard.add(none ? "none" : words[1] + " [" + text + "]");
        }
        return heard;
    }

    private static List<String> throughProxy(int port, int count) throws IOException {
        HttpReader reader = Objects.requireNonNull(HttpReader.ofThisProcess().get("Netty"));
        List<String> heard = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout(20_000);
                String request = "GET /" + i + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                byte[] all = socket.getInputStream().readAllBytes();
                List<String> answers =
                        new ArrayList<>(
                                reader.answers(new String(all, StandardCharsets.ISO_8859_1)));
                answers.removeIf(answer -> answer.startsWith("1"));
                boolean own = answers.isEmpty() || answers.getFirst().startsWith("502 [<");
                heard.add(own ? "none" : answers.getFirst());
            }
        }
        return heard;
    }

    /** Each is read as it is or refused; and what is behind a whole one is no request. */
    private static boolean agree(List<String> told, List<String> requests) {
        for (int i = 0; i < told.size(); i++) {
            boolean refused = told.get(i).matches("[0-9]{3}");
            if (!refused && (i >= requests.size() || !told.get(i).equals(requests.get(i)))) {
                return false;
            }
        }
        return true;
    }
}
