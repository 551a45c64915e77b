package dev.asterism.l7.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Other people's clients through the filter to other people's servers: every pair, in both versions of HTTP on either
 * side. Programs that are not on the PATH are skipped, with the reason.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class HttpMatrixIT {

    /** More than curl sends without asking first. */
    private static final int BODY_BYTES = (1 << 20) + 17;

    private static final List<String> CLIENTS =
            List.of(
                    "curl",
                    "curl h2",
                    "nghttp",
                    "Python",
                    "Node",
                    "Node h2",
                    "Go",
                    "Go h2",
                    "Java",
                    "Java asking for h2");

    private static final List<String> SERVERS =
            List.of(
                    "nginx",
                    "nginx h2",
                    "Python",
                    "Node",
                    "Node h2",
                    "Go",
                    "Go h2",
                    "Jetty",
                    "Jetty h2");

    @TempDir private static Path folder;
    private static Path body = Path.of("none");
    private static final Map<String, MatrixServer> servers = new LinkedHashMap<>();
    private static final Map<String, MatrixClient> clients = new LinkedHashMap<>();
    private static final Map<String, InteropFilter> filters = new LinkedHashMap<>();

    @BeforeAll
    static void start() throws Exception {
        byte[] bytes = new byte[BODY_BYTES];
        new SplittableRandom(9).nextBytes(bytes);
        body = Files.write(folder.resolve("bytes"), bytes);
        Path python = Programs.find("python3");
        Path node = Programs.find("node");
        Path nginx = Programs.find("nginx");
        servers.put("Jetty", new JettyServer(bytes));
        servers.put("nginx", nginx == null ? missing("nginx") : ProgramServer.nginx(nginx, folder));
        servers.put("Python", python == null ? missing("python3") : script(python, "server.py"));
        servers.put("Node", node == null ? missing("node") : script(node, "server.js"));
        program("curl", path -> new CurlClient(path, 1, folder), "curl");
        program("curl h2", path -> new CurlClient(path, 2, folder), "curl");
        program("nghttp", NghttpClient::new, "nghttp");
        clients.put("Java", new JavaClient(HttpClient.Version.HTTP_1_1));
        clients.put("Java asking for h2", new JavaClient(HttpClient.Version.HTTP_2));
        program("Python", path -> calling(path, "client.py", 1), "python3");
        program("Node", path -> calling(path, "client.js", 1), "node");
        program("Node h2", path -> calling(path, "client.js", 2), "node");
        startGo();
    }

    private static void startGo() throws IOException {
        Path go = Programs.find("go");
        String why = "go is not on the PATH";
        if (go != null) {
            try {
                Path client = Programs.build(go, "client.go", folder);
                clients.put("Go", new MatrixClient.ProgramRun(List.of(client.toString()), 1));
                clients.put("Go h2", new MatrixClient.ProgramRun(List.of(client.toString()), 2));
                Path server = Programs.build(go, "server.go", folder);
                servers.put(
                        "Go", ProgramServer.telling(List.of(server.toString(), body.toString())));
                return;
            } catch (IOException e) {
                why = Objects.requireNonNull(e.getMessage());
            }
        }
        servers.put("Go", new MatrixServer.Missing(why));
        clients.put("Go", new MatrixClient.Absent(why));
        clients.put("Go h2", new MatrixClient.Absent(why));
    }

    private static MatrixServer missing(String program) {
        return new MatrixServer.Missing(program + " is not on the PATH");
    }

    private static MatrixServer script(Path program, String name) throws IOException {
        return ProgramServer.telling(
                List.of(
                        program.toString(),
                        Programs.unpack(name, folder).toString(),
                        body.toString()));
    }

    /** Makes a client of a program's path. */
    interface Maker {
        MatrixClient of(Path program) throws IOException;
    }

    private static void program(String client, Maker maker, String name) throws IOException {
        Path path = Programs.find(name);
        clients.put(
                client,
                path == null
                        ? new MatrixClient.Absent(name + " is not on the PATH")
                        : maker.of(path));
    }

    private static MatrixClient calling(Path program, String name, int version) throws IOException {
        return new MatrixClient.ProgramRun(
                List.of(program.toString(), Programs.unpack(name, folder).toString()), version);
    }

    @AfterAll
    static void stop() {
        filters.values().forEach(InteropFilter::close);
        servers.values().forEach(MatrixServer::close);
        assertThat(filters.values()).allMatch(filter -> filter.faults().isEmpty());
    }

    static Stream<Arguments> pairs() {
        return SERVERS.stream()
                .flatMap(server -> CLIENTS.stream().map(client -> arguments(client, server)));
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("pairs")
    void saysTheSameAsEveryOtherPair(String client, String server) throws Exception {
        InteropFilter filter = filter(server);
        MatrixClient caller = Objects.requireNonNull(clients.get(client));

        String report = caller.report("http://127.0.0.1:" + filter.port(), body);

        String hash = Digests.sha256(Files.readAllBytes(body));
        boolean tells = !report.contains("over " + MatrixClient.UNTOLD);
        assertThat(report.strip())
                .isEqualTo(
                        String.join(
                                "\n",
                                "get 200 " + hash,
                                "post 200 " + hash,
                                "chunked 200 " + hash,
                                "head 200 " + BODY_BYTES + " 0",
                                "missing 404",
                                "cached 304 0",
                                "keep 20 over " + (tells ? "1" : MatrixClient.UNTOLD),
                                "close 200 5"));
        assertThat(filter.faults()).isEmpty();
    }

    /** One for each server and version. */
    private static InteropFilter filter(String server) throws IOException {
        InteropFilter known = filters.get(server);
        if (known != null) {
            return known;
        }
        int version = server.endsWith(" h2") ? 2 : 1;
        int port = Objects.requireNonNull(servers.get(server.replace(" h2", ""))).port(version);
        InteropFilter filter = new InteropFilter(version, port);
        filters.put(server, filter);
        return filter;
    }
}
