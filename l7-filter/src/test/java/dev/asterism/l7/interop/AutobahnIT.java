package dev.asterism.l7.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Autobahn's cases of WebSocket through the filter: its fuzzing client to its echoing server, and its echoing client to
 * its fuzzing server. {@code -Dasterism.autobahn.cases=*} runs those of large messages (9) and compression (12, 13)
 * too. Skipped, loudly, where there is no Python 2.7 to run it with.
 */
@Timeout(1200)
class AutobahnIT {

    private static final String USUAL = "1.*,2.*,3.*,4.*,5.*,6.*,7.*,10.*";
    private static final int USUAL_COUNT = 247;
    private static final String CASES = System.getProperty("asterism.autobahn.cases", USUAL);

    private static String wstest = "";

    @TempDir private Path folder;

    @BeforeAll
    static void find() {
        wstest = Scripts.run("autobahn-0.8.2");
        if (wstest.isEmpty()) {
            abort("Autobahn's suite is not here");
        }
    }

    @Test
    void itsFuzzingClientFindsNothingBehindTheFilter() throws Exception {
        int port = ProgramServer.freePort();
        Process server = start("-m", "testeeserver", "-w", "ws://127.0.0.1:" + port);
        try (InteropFilter filter = new InteropFilter(1, port, hostOf(port))) {
            ProgramServer.awaitAccepts(port, server);
            Path spec =
                    spec(
                            "\"servers\": [{\"agent\": \"filter\", \"url\": \"ws://127.0.0.1:%d\"}]"
                                    .formatted(filter.port()));
            runs("-m", "fuzzingclient", "-s", spec.toString());

            check();
            assertThat(filter.faults()).isEmpty();
        } finally {
            server.destroyForcibly();
        }
    }

    @Test
    void itsFuzzingServerFindsNothingBehindTheFilter() throws Exception {
        int port = ProgramServer.freePort();
        Path spec = spec("\"url\": \"ws://127.0.0.1:%d\"".formatted(port));
        Process server = start("-m", "fuzzingserver", "-s", spec.toString(), "-u", "0");
        try (InteropFilter filter = new InteropFilter(1, port, hostOf(port))) {
            ProgramServer.awaitAccepts(port, server);
            runs("-m", "testeeclient", "-w", "ws://127.0.0.1:" + filter.port());

            check();
            assertThat(filter.faults()).isEmpty();
        } finally {
            server.destroyForcibly();
        }
    }

    /** Its servers want to find their own port in Host. */
    private static String hostOf(int port) {
        return "routes: [{match: {prefix: /}, rewrite: {host: \"127.0.0.1:" + port + "\"}}]";
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(wstest));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(arguments[1] + ".log").toFile())
                .start();
    }

    /** To its end. */
    private void runs(String... arguments) throws IOException, InterruptedException {
        Process client = start(arguments);
        try {
            assertThat(client.waitFor(15, TimeUnit.MINUTES)).as(arguments[1] + " ends").isTrue();
        } finally {
            client.destroyForcibly();
        }
    }

    private Path spec(String peer) throws IOException {
        String text =
                """
                {"outdir": "%s", %s, "cases": ["%s"], "exclude-cases": [],
                 "exclude-agent-cases": {}, "options": {"failByDrop": false}}
                """
                        .formatted(folder.resolve("out"), peer, CASES.replace(",", "\", \""));
        return Files.writeString(folder.resolve("spec.json"), text);
    }

    /** Every case has a verdict, and none is against us. */
    private void check() throws IOException {
        Map<String, String> verdicts = verdicts(folder.resolve("out/index.json"));
        Map<String, Integer> counts = new TreeMap<>();
        verdicts.values().forEach(verdict -> counts.merge(verdict, 1, Integer::sum));
        int count = verdicts.size();
        System.out.println("Autobahn: " + count + " cases, " + counts);

        // Not strict: as it must be, but seen later than it could have been.
        verdicts.values()
                .removeIf(
                        verdict ->
                                verdict.equals("OK OK")
                                        || verdict.equals("INFORMATIONAL OK")
                                        || verdict.equals("INFORMATIONAL INFORMATIONAL")
                                        || verdict.equals("NON-STRICT OK"));
        assertThat(count).isGreaterThanOrEqualTo(CASES.equals(USUAL) ? USUAL_COUNT : 1);
        assertThat(verdicts).isEmpty();
    }

    /** What it says of each case: of the case itself and of the end of its connection. */
    private static Map<String, String> verdicts(Path index) throws IOException {
        Map<String, String> verdicts = new TreeMap<>();
        try (JsonParser json = new JsonFactory().createParser(index.toFile())) {
            String name = "";
            String behavior = "";
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.FIELD_NAME && json.currentName().matches("[0-9.]+")) {
                    name = json.currentName();
                } else if (token == JsonToken.VALUE_STRING
                        && json.currentName().equals("behavior")) {
                    behavior = json.getText();
                } else if (token == JsonToken.VALUE_STRING
                        && json.currentName().equals("behaviorClose")) {
                    verdicts.put(name, json.getText());
                } else if (token == JsonToken.END_OBJECT && !name.isEmpty()) {
                    verdicts.computeIfPresent(name, withBehavior(behavior));
                    name = "";
                }
            }
        }
        return verdicts;
    }

    private static java.util.function.BiFunction<String, String, String> withBehavior(
            String behavior) {
        return (_, close) -> behavior + " " + close;
    }
}
