package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.front.Spoken;
import dev.asterism.l7.hostile.Hostile;
import dev.asterism.l7.hostile.HostileAnswers;
import dev.asterism.l7.hostile.HttpReader;
import dev.asterism.l7.hostile.Outcomes;
import dev.asterism.l7.http2.FrameBytes;
import dev.asterism.l7.io.MemoryConn;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A9 of the threats: each answer of the corpus is refused with a counted reason or reaches its client in one form that
 * all parsers here read alike. Nobody else gets any of it: neither who waits for a place meanwhile, and so gets the
 * server's connection as soon as it is free, nor who comes later.
 */
class HostileAnswersTest {

    private static final int AT_LEAST = 200;

    private final Map<String, HttpReader> readers = HttpReader.ofThisProcess();

    static Stream<Hostile> toGet() {
        return HostileAnswers.http1().stream();
    }

    static Stream<Hostile> toHead() {
        return HostileAnswers.toHead().stream();
    }

    static Stream<Hostile> ofHttp2() {
        return HostileAnswers.http2().stream();
    }

    private static void othersAreUntouched(HostileAnswerRun run) {
        assertThat(bodies(run.waiting())).isEqualTo("waiting");
        assertThat(bodies(run.later())).isEqualTo("later");
    }

    /** Of an answer that is whole and good; else all of it. */
    private static String bodies(String answer) {
        return answer.replaceFirst("(?s)^HTTP/1\\.1 200 OK\r\n([^\r\n]+\r\n)*\r\n", "");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("toGet")
    void toAGetIsRefusedOrReadAlikeByAllAndTouchesNobodyElse(Hostile answer) {
        HostileAnswerRun run = HostileAnswerRun.of(answer, "GET");

        othersAreUntouched(run);
        List<String> strict = new ArrayList<>();
        for (Map.Entry<String, HttpReader> reader : readers.entrySet()) {
            List<String> read = reader.getValue().answers(run.attacked());
            if (strict.isEmpty()) {
                strict.addAll(read);
            }
            // Jetty's takes no reason phrase beyond ASCII: it may refuse, and not read anything
            // else.
            assertThat(read)
                    .as("%s of %s", reader.getKey(), run.attacked())
                    .isEqualTo(strict.stream().limit(read.size()).toList());
        }
        boolean refused =
                run.attacked().contains("x-mesh-reason: bad_answer")
                        || run.attacked().contains("x-mesh-reason: upstream_reset");
        boolean cut = strict.stream().noneMatch(read -> !read.startsWith("1"));
        if (refused || cut) {
            assertThat(run.reasons()).as("it is counted").isNotEmpty();
        }
        strict.removeIf(read -> read.startsWith("1"));
        assertThat(strict).hasSizeLessThanOrEqualTo(2);
        if (strict.size() == 2) {
            assertThat(strict.getLast()).isEqualTo("200 [mine]");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("toHead")
    void toAHeadIsRefusedOrHasNoBodyAndTouchesNobodyElse(Hostile answer) {
        HostileAnswerRun run = HostileAnswerRun.of(answer, "HEAD");

        othersAreUntouched(run);
        String behind = run.attacked().substring(run.attacked().indexOf("\r\n\r\n") + 4);
        assertThat(behind.isEmpty() ? "mine" : bodies(behind)).isEqualTo("mine");
        assertThat(run.attacked()).doesNotContain(HostileAnswers.POISON);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ofHttp2")
    void ofHttp2IsRefusedOrReadAlikeByAllAndTouchesNobodyElse(Hostile answer) {
        assertThat(outcomeOfFrames(answer)).doesNotContain(HostileAnswers.POISON);
    }

    /** What an HTTP/1 client gets of it; another client's request, on the same connection, is answered as usual. */
    private String outcomeOfFrames(Hostile answer) {
        MeshRig mesh = HostileAnswerRun.rig(UpstreamPolicy.Protocol.HTTP_2);
        MemoryConn attacked = mesh.client(MeshRig.WEB, Spoken.HTTP);
        attacked.arrive(HostileAnswerRun.request("GET", "attack"));
        MemoryConn waiting = mesh.client(HostileAnswerRun.OTHER, Spoken.HTTP);
        waiting.arrive(HostileAnswerRun.request("GET", "waiting"));
        MemoryConn first = mesh.server(1);
        first.sent();
        first.arrive(answer.bytes());
        boolean kept = !first.isClosed() && !first.isClosing();
        if (kept && new FrameBytes().readStreams(first.sent()).isEmpty()) {
            first.end(); // the answer has no end
        }
        MemoryConn second = mesh.server(1);
        boolean same = second == first;
        second.arrive(
                new String(
                        FrameBytes.join(
                                same ? new byte[0] : FrameBytes.settings(),
                                FrameBytes.headers(same ? 3 : 1, false, ":status: 200"),
                                FrameBytes.data(same ? 3 : 1, true, "waiting")),
                        StandardCharsets.ISO_8859_1));
        String got = waiting.sentText();
        assertThat(reader("Jetty").answers(got)).as(got).containsExactly("200 [waiting]");
        String text = attacked.sentText();
        List<String> read = reader("Jetty").answers(text);
        assertThat(reader("Netty").answers(text)).as(text).isEqualTo(read);
        return read + " " + HostileAnswerRun.reasons(mesh);
    }

    private HttpReader reader(String name) {
        return Objects.requireNonNull(readers.get(name), name);
    }

    /** So a change shows what it does to the corpus. */
    @Test
    void whatBecomesOfEachIsWrittenDown() throws Exception {
        Map<String, String> outcomes = new LinkedHashMap<>();
        HttpReader jetty = reader("Jetty");
        for (Hostile each : HostileAnswers.http1()) {
            HostileAnswerRun run = HostileAnswerRun.of(each, "GET");
            outcomes.put(
                    each.name(),
                    Hostile.shown(jetty.answers(run.attacked()) + " " + run.reasons()));
        }
        for (Hostile each : HostileAnswers.toHead()) {
            outcomes.put(each.name(), HostileAnswerRun.of(each, "HEAD").reasons().toString());
        }
        for (Hostile each : HostileAnswers.http2()) {
            outcomes.put(each.name(), Hostile.shown(outcomeOfFrames(each)));
        }
        assertThat(outcomes).hasSizeGreaterThanOrEqualTo(AT_LEAST);

        Outcomes.check("answers.txt", outcomes);
    }
}
