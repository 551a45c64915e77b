package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.hostile.Hostile;
import dev.asterism.l7.hostile.HostileFrames;
import dev.asterism.l7.hostile.HostileRequests;
import dev.asterism.l7.hostile.HttpReader;
import dev.asterism.l7.hostile.JdkServer;
import dev.asterism.l7.hostile.Outcomes;
import dev.asterism.l7.hostile.WireReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A8 of the threats: each request of the corpus is refused with a counted reason, or reaches the server in one form
 * that all parsers here read in the same way. {@code HostileServersIT} asks the servers of this machine as well.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // set before all tests
class HostileRequestsTest {

    /** As many as the promise says. */
    private static final int AT_LEAST = 400;

    /** No empty or dot segment, no escape of what was judged, or within another. */
    private static final Pattern ONE_FORM =
            Pattern.compile(
                    "(?!.*(//|/\\.\\.?(/|$)|\\\\|;|%2[Ff5E]|%5[Cc]|%00|%3[Bb]|%[46][1-9]))/.*");

    private final Map<String, HttpReader> readers = HttpReader.ofThisProcess();
    private final Map<String, String> outcomes = new LinkedHashMap<>();
    private JdkServer jdk;

    @BeforeAll
    void start() throws Exception {
        jdk = new JdkServer();
    }

    @AfterAll
    void stop() {
        jdk.close();
    }

    static Stream<Hostile> http1() {
        return HostileRequests.all().stream();
    }

    static Stream<Hostile> http2() {
        return HostileFrames.all().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("http1")
    void ofHttp1IsRefusedOrReadAlikeByAll(Hostile request) throws Exception {
        HostileRun run = HostileRun.http1(request.bytes());

        check(run);
        boolean refused = run.statuses().stream().anyMatch(status -> !status.equals("200"));
        if (refused) {
            assertThat(run.reasons()).as("each refusal is counted").isNotEmpty();
        } else {
            assertThat(run.reasons()).isEmpty();
        }
    }

    static Stream<Hostile> paths() {
        return http1().filter(r -> r.name().startsWith("path") || r.name().startsWith("target"));
    }

    /** What a rule has judged is what the application gets: it can resolve nothing any more. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("paths")
    void whereRulesJudgePathsTheServerGetsOneFormOrNone(Hostile request) throws Exception {
        HostileRun run = HostileRun.withPathRules(request.bytes());

        check(run);
        assertThat(run.streams())
                .flatExtracting(HostileRun.Stream::requests)
                .extracting(read -> read.split(" ")[1].replaceFirst("\\?.*", ""))
                .allMatch(path -> ONE_FORM.matcher(path).matches());
        assertThat(run.streams()).flatExtracting(HostileRun.Stream::requests).hasSizeLessThan(3);
        boolean refused = run.statuses().stream().anyMatch(status -> !status.equals("200"));
        assertThat(run.reasons().isEmpty()).isEqualTo(!refused);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("http2")
    void ofHttp2IsRefusedOrReadAlikeByAll(Hostile request) throws Exception {
        HostileRun run = HostileRun.http2(request.bytes().getBytes(StandardCharsets.ISO_8859_1));

        check(run);
        int served = run.streams().stream().mapToInt(stream -> stream.requests().size()).sum();
        // One that ends as its length says has gone when more of it comes, which is refused.
        assertThat(served).isLessThanOrEqualTo(2);
        assertThat(served + run.reasons().size()).as("%s", run.reasons()).isBetween(2, 3);
        assertThat(run.streams().toString()).doesNotContain("GET /smuggled [");
    }

    private void check(HostileRun run) throws Exception {
        for (HostileRun.Stream stream : run.streams()) {
            assertThat(stream.isWhole() || !stream.isOpen())
                    .as("what is not finished is cut: %s", stream.bytes())
                    .isTrue();
            for (Map.Entry<String, HttpReader> reader : readers.entrySet()) {
                List<String> read = reader.getValue().requests(stream.bytes());
                compare(reader.getKey(), stream, read);
            }
            if (stream.isWhole()) {
                WireReader.Read read = new WireReader(jdk.port()).requests(stream.bytes());
                compare("the JDK", stream, read.requests());
            }
        }
    }

    private static void compare(String reader, HostileRun.Stream stream, List<String> read) {
        assertThat(read)
                .as("%s of %s", reader, stream.bytes())
                .isEqualTo(stream.requests().stream().limit(read.size()).toList());
    }

    /** So a change shows what it does to the corpus. */
    @Test
    void whatBecomesOfEachIsWrittenDown() throws Exception {
        List<Hostile> all = new ArrayList<>(HostileRequests.all());
        all.addAll(HostileFrames.all());
        assertThat(all).hasSizeGreaterThanOrEqualTo(AT_LEAST);
        for (Hostile each : HostileRequests.all()) {
            outcomes.put(each.name(), outcome(HostileRun.http1(each.bytes())));
        }
        paths().forEach(
                        each ->
                                outcomes.put(
                                        "where a rule judges paths, " + each.name(),
                                        outcome(HostileRun.withPathRules(each.bytes()))));
        for (Hostile each : HostileFrames.all()) {
            byte[] bytes = each.bytes().getBytes(StandardCharsets.ISO_8859_1);
            outcomes.put(each.name(), outcome(HostileRun.http2(bytes)));
        }
        assertThat(outcomes).as("names are unique").hasSize(all.size() + (int) paths().count());

        Outcomes.check("requests.txt", outcomes);
    }

    private static String outcome(HostileRun run) {
        List<String> parts = new ArrayList<>();
        run.streams()
                .forEach(stream -> stream.requests().forEach(r -> parts.add(Hostile.shown(r))));
        run.reasons().forEach(reason -> parts.add("refused: " + reason));
        return String.join(", ", parts);
    }
}
