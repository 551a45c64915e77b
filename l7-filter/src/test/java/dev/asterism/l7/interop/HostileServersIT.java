package dev.asterism.l7.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.asterism.l7.hostile.Hostile;
import dev.asterism.l7.hostile.HostileFrames;
import dev.asterism.l7.hostile.HostileRequests;
import dev.asterism.l7.hostile.WireReader;
import dev.asterism.l7.proxy.HostileRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
        MatrixServer behind = servers.getOrDefault("Node", servers.get("Go"));
        startProxy("nginx", "hostile-nginx.conf", behind, "-c");
        startProxy("haproxy", "hostile-haproxy.cfg", behind, "-f");
    }

    private static void keep(String name, HostileRun run) {
        run.streams().forEach(stream -> streams.putIfAbsent(name, stream));
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

    private static void startProxy(String name, String template, MatrixServer behind, String option)
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
