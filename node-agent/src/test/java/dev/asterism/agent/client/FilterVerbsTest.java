package dev.asterism.agent.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.asterism.agent.control.ControlFailure;
import dev.asterism.agent.control.ControlSettings;
import dev.asterism.agent.control.ControlSocket;
import dev.asterism.agent.control.FilterControl;
import dev.asterism.agent.control.FixedAgent;
import dev.asterism.agent.it.Documentation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code asterism l7 check|defaults|explain|stat|tap}. */
class FilterVerbsTest {

    private static final Path EXAMPLES = Path.of("..", "configs", "l7");

    @TempDir Path folder;

    private final FixedAgent agent = new FixedAgent();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private ControlSocket socket;

    @BeforeEach
    void start() {
        socket =
                new ControlSocket(
                        folder.resolve("a.sock"), new ControlSettings("", "", 0600), agent);
        socket.start();
    }

    @AfterEach
    void stop() {
        socket.stop();
    }

    static Stream<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyExamplePasses(Path example) {
        assertThat(run("l7", "check", example.toString())).isZero();
        assertThat(out.toString(UTF_8)).startsWith("l7 ok: enabled, serves ");
        assertThat(err.toString(UTF_8)).isEmpty();
    }

    /** On another machine it may be well, so the file passes. */
    @Test
    void checkTellsWhereNoAccessLogCanBeWritten() throws IOException {
        Path here = folder.resolve("l7.json");
        Path missing = folder.resolve("none").resolve("l7.json");
        assertThat(checkOfLog(missing))
                .isEqualTo(
                        "warning: l7.log.access: on this machine the folder "
                                + missing.getParent()
                                + " is not there (the agent makes it if it may)\n");
        assertThat(checkOfLog(folder))
                .isEqualTo("warning: l7.log.access: on this machine " + folder + " is a folder\n");
        assertThat(checkOfLog(here)).isEmpty();
        Files.writeString(here, "");
        assertThat(checkOfLog(here)).isEmpty();
        assertThat(checkOfLog(Path.of("none/l7.json"))).isEmpty();
    }

    private String checkOfLog(Path log) throws IOException {
        Path file = folder.resolve("log.yml");
        Files.writeString(file, "l7: {enabled: true, log: {access: '" + log + "'}}\n");
        err.reset();
        assertThat(run("l7", "check", file.toString())).isZero();
        return err.toString(UTF_8);
    }

    @Test
    void checkTellsEveryMistakeWithItsPlace() throws IOException {
        Path file = folder.resolve("bad.yml");
        Files.writeString(
                file,
                """
                l7:
                  enabeld: true
                  services:
                    orders: {port: 8080, timeout: 5}
                """);

        assertThat(run("l7", "check", file.toString())).isEqualTo(ExitCode.NO);
        assertThat(err.toString(UTF_8).lines())
                .containsExactly(
                        "error: " + file + ":2:3: unknown key l7.enabeld (did you mean enabled?)",
                        "error: "
                                + file
                                + ":4:35: l7.services.orders.timeout: `5` has no unit; write 5s or 5ms");
        assertThat(out.toString(UTF_8)).isEmpty();
        Files.writeString(file, "pki: {ca: x}\n");
        assertThat(run("l7", "check", file.toString())).isEqualTo(ExitCode.NO);
        assertThat(run("l7", "check", folder.resolve("none.yml").toString()))
                .isEqualTo(ExitCode.NO);
    }

    @Test
    void defaultsPrintsAFileThatSaysTheSame() throws IOException {
        assertThat(run("l7", "defaults")).isZero();
        String full = out.toString(UTF_8);
        assertThat(full)
                .startsWith("l7:\n  enabled: true\n")
                .contains("http-80", "request: 0s")
                .doesNotContain("null");
        Path file = folder.resolve("full.yml");
        Files.writeString(file, full);
        out.reset();
        assertThat(run("l7", "defaults", file.toString())).isZero();
        assertThat(out.toString(UTF_8)).isEqualTo(full);
    }

    @Test
    void statIsATableOfAHundredColumns() {
        agent.filter = new Canned();

        assertThat(ask("l7", "stat")).isZero();
        String table = out.toString(UTF_8);
        assertThat(table.lines()).allMatch(line -> line.length() <= 100);
        assertThat(table)
                .isEqualTo(
                        """
                        last 10 s, config abc
                        DIR  SERVICE  ROUTE    SUCCESS  RPS  P50    P95    P99   RETRIES        SHED          EJECTED  NOW
                        out  orders   route-1  99.90%   100  1.5ms  2.0ms  1.2s  3 (1 refused)  40 (2 audit)  1        7
                        in   -        -        -        0.0  -      -      -     0              0             0        0
                        """);
    }

    @Test
    void explainSaysTheAnswerByItsExitStatusToo() {
        agent.filter = new Canned();

        assertThat(ask("l7", "explain", "--from", "web-3", "-H", "a: b", "DELETE", "/orders/7"))
                .isEqualTo(ExitCode.NO);
        assertThat(out.toString(UTF_8))
                .contains("request", "DELETE /orders/7", "web-3", "a: b", "403 denied")
                .contains("stable, 95 %: orders-1 10.42.0.7:8080");
        assertThat(ask("l7", "explain", "http://orders.mesh/")).isZero();
    }

    @Test
    void anAgentWithoutAFilterSaysSo() {
        assertThat(ask("l7", "stat")).isEqualTo(ExitCode.NO);
        assertThat(err.toString(UTF_8)).contains("the L7 filter does not run");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "l7 ; write l7 check|defaults|explain|import|services|stat|tap",
                "l7 chekc x ; write l7 check|defaults|explain|import|services|stat|tap",
                "l7 check ; write l7 check FILE, or a folder",
                "l7 check a b ; unexpected argument b",
                "l7 stat x ; unexpected argument x",
                "l7 explain ; write l7 explain",
                "l7 explain -H x / ; write -H 'name: value'",
                "l7 explain --from ; --from needs a value",
                "l7 stat --from x ; --from, --service and -H belong to l7 explain; --from, --code, --route, --rate, --fields and -n to l7 tap",
                "status --from x ; unknown option --from"
            })
    void wrongLinesAreAnsweredWithWhatIsRight(String line, String message) {
        assertThat(run(line.split(" "))).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString(UTF_8)).contains(message);
    }

    private int ask(String... words) {
        String[] all =
                Stream.concat(
                                Stream.of(words),
                                Stream.of("--socket", folder.resolve("a.sock").toString()))
                        .toArray(String[]::new);
        return run(all);
    }

    @Test
    void tapPrintsRequestsUntilThereAreEnough() {
        agent.filter = new Canned();

        assertThat(tap("orders", "--code", "5xx", "--fields", "-n", "2")).isZero();

        assertThat(out.toString(UTF_8).lines())
                .containsExactly(
                        "12:00:01.500Z in  web-1 > orders  GET /a?b=\\u001b[31m  503 no_endpoint  12.5 ms  route-1",
                        "    127.0.0.1:9090  2 attempts",
                        "    > accept: */*",
                        "12:00:01.500Z in  web-1 > orders  GET /a?b=\\u001b[31m  no answer  12.5 ms  route-1  127.0.0.1:9090",
                        "    > accept: */*",
                        "12 more left out");
    }

    /** The commands of docs/l7.md; one that runs until somebody interrupts it ends after a request here. */
    @Test
    void tapTakesWhatTheGuideShows() throws IOException {
        agent.filter = new Canned();
        List<String> shown =
                Documentation.commands("docs/l7.md").stream()
                        .map(Documentation.Command::text)
                        .toList();
        assertThat(shown).hasSize(3);
        for (String line : shown) {
            assertThat(line).startsWith("asterism l7 tap");
            List<String> words = new ArrayList<>();
            Matcher word = Pattern.compile("'([^']*)'|(\\S+)").matcher(line.substring(15));
            while (word.find()) {
                words.add(word.group(1) == null ? word.group(2) : word.group(1));
            }
            if (!words.contains("-n")) {
                words.addAll(List.of("-n", "1"));
            }
            out.reset();
            assertThat(tap(words.toArray(String[]::new))).as(line).isZero();
            assertThat(out.toString(UTF_8)).as(line).contains("web-1 > ");
        }
    }

    @Test
    void tapStopsInTheMiddleOfAnAnswerAndPrintsItWhole() {
        agent.filter = new Canned();

        assertThat(tap("-n", "1", "orders")).isZero();
        assertThat(out.toString(UTF_8).lines().filter(line -> line.contains("GET"))).hasSize(1);

        out.reset();
        assertThat(tap("-n", "1", "orders", "--json")).isZero();
        assertThat(out.toString(UTF_8).lines())
                .singleElement()
                .asString()
                .startsWith("{\"v\":1,\"ok\":true,\"data\":{\"id\":\"7\",\"requests\":[{");
    }

    @Test
    void servicesSaysWhatIsOfferedAndWhoIsLeftOut() {
        agent.filter = new Canned();

        String socket = folder.resolve("a.sock").toString();
        assertThat(run("l7", "services", "--socket", socket)).isEqualTo(ExitCode.OK);
        assertThat(out.toString(UTF_8))
                .contains("lighthouse 10.42.0.1: tells of services\n")
                .contains("lighthouse 10.42.0.2: does not know of services (stock)\n")
                .containsPattern("shop +v1 +8080 +3 +unhealthy: status 503 +by 10.42.0.1")
                .contains("cart: live peers with the group cart, as this node has no lighthouse\n")
                .containsPattern(
                        "thief +10.42.0.9 +80 +- +1 +refused: its certificate has no group pay");
        assertThat(run("l7", "services", "extra")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void tapSaysWhatIsWrong() {
        agent.filter = new Canned();

        assertThat(tap("none")).isEqualTo(ExitCode.NO);
        assertThat(err.toString(UTF_8)).isEqualTo("asterism: no such service\n");
        assertThat(tap("orders", "-n", "0")).isEqualTo(ExitCode.USAGE);
        assertThat(tap("orders", "-H", "a: b")).isEqualTo(ExitCode.USAGE);
        assertThat(run("l7", "stat", "--fields")).isEqualTo(ExitCode.USAGE);
        assertThat(run("status", "--fields")).isEqualTo(ExitCode.USAGE);
    }

    private int tap(String... words) {
        return run(
                Stream.concat(
                                Stream.of(
                                        "l7",
                                        "tap",
                                        "--socket",
                                        folder.resolve("a.sock").toString()),
                                Stream.of(words))
                        .toArray(String[]::new));
    }

    private int run(String... words) {
        return new ControlCommands(
                        new PrintStream(out, true, UTF_8),
                        new PrintStream(err, true, UTF_8),
                        new Screen(false, false, Screen.USUAL_WIDTH),
                        "9.9.9")
                .run(words);
    }

    /** Always the same, but for what it was asked. */
    private static final class Canned implements FilterControl {

        private TapRequest tapped = new TapRequest("", "", "", "", "", false, "");

        @Override
        public void stat(JsonGenerator json) throws IOException {
            json.writeStringField("config", "abc");
            json.writeNumberField("window_ms", 10_000);
            json.writeArrayFieldStart("routes");
            row(
                    json,
                    "outbound",
                    "orders",
                    new long[] {1_000, 1, 1_500, 2_000, 1_200_000, 3, 1, 40, 2, 1, 7});
            row(json, "inbound", "", new long[11]);
            json.writeEndArray();
        }

        @Override
        public void services(JsonGenerator json) throws IOException {
            json.writeFieldName("lighthouses");
            json.writeRawValue(
                    "[{\"address\":\"10.42.0.1\",\"state\":\"tells\"},"
                            + "{\"address\":\"10.42.0.2\",\"state\":\"stock\"}]");
            json.writeFieldName("advertised");
            json.writeRawValue(
                    "[{\"service\":\"shop\",\"version\":\"v1\",\"port\":8080,\"weight\":3,"
                            + "\"healthy\":false,\"fault\":\"status 503\",\"allowed\":true,"
                            + "\"taken_by\":[\"10.42.0.1\"],\"refused\":[]}]");
            json.writeFieldName("called");
            json.writeRawValue(
                    "[{\"service\":\"cart\",\"source\":\"groups\",\"why\":\"this node has no"
                            + " lighthouse\",\"endpoints\":[]},"
                            + "{\"service\":\"pay\",\"source\":\"lighthouse\",\"why\":\"\","
                            + "\"endpoints\":[{\"name\":\"thief\",\"address\":\"10.42.0.9\","
                            + "\"port\":80,\"version\":\"\",\"weight\":1,"
                            + "\"state\":\"refused\"}]}]");
        }

        private static void row(JsonGenerator json, String side, String service, long[] numbers)
                throws IOException {
            List<String> names =
                    List.of(
                            "requests",
                            "failed",
                            "p50_us",
                            "p95_us",
                            "p99_us",
                            "retries",
                            "retries_refused",
                            "shed",
                            "shed_audit",
                            "ejected",
                            "inflight");
            json.writeStartObject();
            json.writeStringField("dir", side);
            json.writeStringField("service", service);
            json.writeStringField("route", service.isEmpty() ? "" : "route-1");
            for (int i = 0; i < numbers.length; i++) {
                json.writeNumberField(names.get(i), numbers[i]);
            }
            json.writeEndObject();
        }

        /** Its second answer has what the first one was asked for. */
        @Override
        public void tap(TapRequest asked, JsonGenerator json) throws IOException {
            if (asked.service().equals("none")) {
                throw new ControlFailure(ControlFailure.Code.NOT_FOUND, "no such service");
            }
            json.writeStringField("id", "7");
            json.writeArrayFieldStart("requests");
            if (asked.id().equals("7")) {
                tapped(json, tapped.code().isEmpty() ? 200 : 503);
                tapped(json, 0);
            } else {
                tapped = asked;
            }
            json.writeEndArray();
            json.writeNumberField("left_out", asked.id().isEmpty() ? 0 : 12);
        }

        private void tapped(JsonGenerator json, int status) throws IOException {
            json.writeStartObject();
            json.writeStringField("time", "2026-11-29T12:00:01.5Z");
            json.writeStringField("dir", "inbound");
            json.writeStringField("service", tapped.service());
            json.writeStringField("route", "route-1");
            json.writeStringField("endpoint", "127.0.0.1:9090");
            json.writeStringField("peer", "web-1");
            json.writeStringField("method", "GET");
            json.writeStringField("path", "/a?b=\u001b[31m");
            json.writeNumberField("status", status);
            if (status == 503) {
                json.writeStringField("reason", "no_endpoint");
            }
            json.writeNumberField("attempts", status == 503 ? 2 : 1);
            json.writeNumberField("ms", 12.5);
            if (tapped.fields()) {
                json.writeArrayFieldStart("request_fields");
                json.writeStartObject();
                json.writeStringField("name", "accept");
                json.writeStringField("value", "*/*");
                json.writeEndObject();
                json.writeEndArray();
            }
            json.writeEndObject();
        }

        @Override
        public void explain(RequestQuestion question, JsonGenerator json) throws IOException {
            if (question.url().isEmpty()) {
                throw new ControlFailure(ControlFailure.Code.BAD_REQUEST, "no URL");
            }
            boolean passes = question.method().equals("GET");
            json.writeBooleanField("passes", passes);
            json.writeStringField("answer", passes ? "goes to an endpoint" : "403 denied");
            json.writeStringField("request", question.method() + " " + question.url());
            json.writeStringField("from", question.from() + " " + question.headers());
            json.writeStringField("service", "orders");
            json.writeStringField("route", "route-1");
            json.writeArrayFieldStart("pools");
            json.writeStartObject();
            json.writeStringField("name", "stable");
            json.writeNumberField("percent", 95);
            json.writeArrayFieldStart("endpoints");
            json.writeStartObject();
            json.writeStringField("name", "orders-1");
            json.writeStringField("address", "10.42.0.7:8080");
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndArray();
        }
    }
}
