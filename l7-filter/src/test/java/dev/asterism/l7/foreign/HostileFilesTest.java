package dev.asterism.l7.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.config.FilterFiles;
import dev.asterism.l7.foreign.ForeignFiles.Kinds;
import dev.asterism.l7.foreign.ForeignFiles.Known;
import dev.asterism.l7.foreign.Importer.Imported;
import dev.asterism.overlay.config.ConfigText;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever stands there: never an exception, always a message with a line, and never a section that is none. */
class HostileFilesTest {

    private static final String WHOLE =
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: shop, namespace: x, creationTimestamp: "2024-01-02T00:00:00Z"}
            spec:
              parentRefs: [{group: "", kind: Service, name: shop, port: 80}]
              hostnames: [a.example.org]
              rules:
              - matches: [{path: {type: Exact, value: /a}, method: GET, headers: [{name: a, value: b}]}]
                filters:
                - {type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: a, value: b}], remove: [c]}}
                - {type: URLRewrite, urlRewrite: {hostname: a, path: {type: ReplaceFullPath, replaceFullPath: /b}}}
                timeouts: {request: 1s, backendRequest: 500ms}
                retry: {codes: [503], attempts: 2, backoff: 10ms}
                backendRefs: [{name: a, port: 80, weight: 3}, {name: b, port: 80}]
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: reviews}
            spec:
              hosts: [reviews]
              http:
              - match: [{uri: {prefix: /a}, method: {exact: GET}, headers: {a: {exact: b}}, queryParams: {q: {regex: c}}}]
                route: [{destination: {host: reviews, subset: v1, port: {number: 1}}, weight: 100}]
                retries: {attempts: 1, retryOn: 5xx, perTryTimeout: 1s}
                fault: {delay: {percentage: {value: 1}, fixedDelay: 1s}, abort: {percentage: {value: 1}, httpStatus: 500}}
                headers: {request: {set: {a: b}}}
              - redirect: {uri: /x, redirectCode: 302}
            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: reviews}
            spec:
              host: reviews
              trafficPolicy:
                loadBalancer: {consistentHash: {httpHeaderName: a}}
                connectionPool: {tcp: {maxConnections: 1, connectTimeout: 1s}, http: {http2MaxRequests: 1}}
                outlierDetection: {consecutive5xxErrors: 1, baseEjectionTime: 1s, maxEjectionPercent: 10}
              subsets: [{name: v1, labels: {a: b}}]
            ---
            apiVersion: linkerd.io/v1alpha2
            kind: ServiceProfile
            metadata: {name: books.x.svc.cluster.local}
            spec:
              dstOverrides: [{authority: "books.x.svc.cluster.local:80", weight: 1}]
              retryBudget: {retryRatio: 0.2, minRetriesPerSecond: 10, ttl: 10s}
              routes:
              - {name: a, condition: {method: GET, pathRegex: /a}, timeout: 1s, isRetryable: true,
                 responseClasses: [{condition: {status: {min: 500, max: 599}}, isFailure: true}]}
            """;

    @Test
    void theWholeFileIsGood() {
        Imported imported = Foreign.read(WHOLE);

        assertThat(imported.problems()).isEmpty();
        assertThat(imported.warnings()).isEmpty();
    }

    static List<String> texts() {
        List<String> texts = new ArrayList<>();
        texts.add("");
        texts.add("# nothing\n");
        texts.add("- a\n- b\n");
        texts.add("text");
        texts.add("{");
        texts.add("a: &a [*a]\n");
        texts.add("a: b\na: c\n");
        texts.add("apiVersion: 1\nkind: []\n");
        texts.add("apiVersion: v1\nkind: List\nitems: 5\n");
        texts.add("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n");
        texts.add("\u0000\u0001");
        texts.add("a: \"\\ud800\"\n");
        texts.add("[".repeat(100_000));
        texts.add("a:\n".repeat(5_000));
        texts.add("kind: HTTPRoute\n");
        texts.add("---\n".repeat(5_000));
        StringBuilder laughs = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 12; i++) {
            laughs.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ",").repeat(9)));
        }
        texts.add(laughs.toString());
        return texts;
    }

    @ParameterizedTest
    @MethodSource("texts")
    void whatIsNoFileOfAMeshIsRefusedWithItsLine(String text) {
        Imported imported = Foreign.read(text);

        assertThat(imported.problems()).isNotEmpty();
        assertThat(imported.problems()).allMatch(one -> one.position().line() > 0);
        assertThat(imported.text()).isEmpty();
    }

    /** Every value in turn is another kind of thing. */
    @ParameterizedTest
    @ValueSource(strings = {"null", "[[]]", "{a: b}"})
    void wrongTypesEverywhere(String value) {
        int places = 0;
        for (int at = WHOLE.indexOf(": "); at >= 0; at = WHOLE.indexOf(": ", at + 1)) {
            int end = end(at + 2);
            check(WHOLE.substring(0, at + 2) + value + WHOLE.substring(end));
            places++;
        }
        assertThat(places).isGreaterThan(100);
    }

    /** Of the value that begins here, within one line. */
    private static int end(int from) {
        int depth = 0;
        int at = from;
        boolean quoted = false;
        while (at < WHOLE.length() && WHOLE.charAt(at) != '\n') {
            char c = WHOLE.charAt(at);
            quoted ^= c == '"';
            boolean closes = !quoted && (c == '}' || c == ']');
            if (!quoted && depth == 0 && (closes || c == ',')) {
                break;
            }
            depth += quoted ? 0 : c == '{' || c == '[' ? 1 : closes ? -1 : 0;
            at++;
        }
        return at;
    }

    @Test
    void mutationsOfAWholeFile() {
        String signs = "{}[]:,-\"'&*!|>#%@`~\n\t 0a/\\";
        for (long seed = 0; seed < 120; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder(WHOLE);
            for (int i = random.nextInt(1, 6); i > 0; i--) {
                int at = random.nextInt(text.length());
                char sign = signs.charAt(random.nextInt(signs.length()));
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, sign);
                    default -> text.setCharAt(at, sign);
                }
            }
            check(text.toString());
        }
    }

    private static void check(String text) {
        Imported imported = Foreign.read(text);
        assertThat(imported.problems()).as(text).allMatch(one -> one.position().line() > 0);
        assertThat(imported.warnings()).as(text).allMatch(one -> one.position().line() > 0);
        if (imported.problems().isEmpty()) {
            assertThat(FilterFiles.outcome(imported.text()).problems()).as(text).isEmpty();
        }
        ForeignFiles.translate(
                List.of(new ConfigText("r.yaml", text)), Kinds.GATEWAY_API, Known.NOTHING);
    }

    /** 1,000 rules, and 600 routes whose order counts. */
    @Test
    void longFiles() {
        StringBuilder http = new StringBuilder(WHOLE.substring(0, WHOLE.indexOf("  - matches")));
        for (int i = 0; i < 1_000; i++) {
            http.append(
                    "  - {matches: [{path: {value: /a%d}}], backendRefs: [{name: a, port: 80}]}\n"
                            .formatted(i));
        }
        Imported many = Foreign.read(http.toString());
        assertThat(many.warnings()).isEmpty();

        StringBuilder istio =
                new StringBuilder(
                        """
                        apiVersion: networking.istio.io/v1
                        kind: VirtualService
                        metadata: {name: reviews}
                        spec:
                          hosts: [reviews]
                          http:
                        """);
        for (int i = 0; i < 600; i++) {
            istio.append(
                    "  - {match: [{headers: {x%d: {exact: a}}, uri: {regex: \"/a{%d}.*\"}}], route: [{destination: {host: reviews}}]}\n"
                            .formatted(i % 50, i % 40 + 1));
        }
        Imported ordered = Foreign.read(istio.toString());
        assertThat(Foreign.lines(ordered.warnings()))
                .anyMatch(line -> line.contains("100 routes of reviews are left out"));
        assertThat(FilterFiles.outcome(ordered.text()).problems()).isEmpty();
    }
}
