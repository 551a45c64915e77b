package dev.asterism.l7.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.upstream.UpstreamProtocol;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The requests and answers of llhttp's own tests: beside its verdict there is ours, which must not change unseen. */
class LlhttpCorpusTest {

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 ([0-9]{3})");

    static Stream<LlhttpTable> requests() {
        return LlhttpTable.rows("requests");
    }

    static Stream<LlhttpTable> responses() {
        return LlhttpTable.rows("responses");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("requests")
    void answersRequestsAsTheTableSays(LlhttpTable row) {
        assertThat(new RawExchange(row.withHost()).outcome).isEqualTo(row.ours());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("responses")
    void takesAnswersAsTheTableSays(LlhttpTable row) {
        assertThat(verdict(row.bytes())).isEqualTo(row.ours());
    }

    /** What llhttp does not accept, we do not either, but for what the README of the table names. */
    @Test
    void acceptsLittleThatLlhttpRefuses() {
        assertThat(requests().filter(row -> row.llhttp().startsWith("error")))
                .filteredOn(row -> row.ours().matches("(200 ?)+( close)?"))
                .extracting(LlhttpTable::llhttp)
                .isSubsetOf("error 5", "error 6", "error 8", "error 22");
    }

    /** Statuses that the client gets, and what becomes of both connections. */
    static String verdict(String answers) {
        ProxyRig rig = new ProxyRig(UpstreamProtocol.HTTP_1);
        MemoryConn client = rig.client();
        client.arrive(ProxyRig.GET);
        MemoryConn server = rig.server();
        server.arrive(answers);
        Matcher statuses = STATUS.matcher(client.sentText());
        String seen = statuses.results().map(r -> r.group(1)).collect(Collectors.joining(" "));
        boolean over = client.isClosed() || client.isClosing();
        return (seen.isEmpty() ? "waits" : seen)
                + (server.isClosed() ? ", server away" : "")
                + (over ? ", client away" : "");
    }
}
