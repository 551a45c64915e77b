package dev.asterism.l7.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.foreign.Importer.Imported;
import dev.asterism.l7.proxy.ServiceSpec;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ServiceProfile; what is asked is the section as it was printed. */
class LinkerdTest {

    private static final String BOOKS =
            """
            apiVersion: linkerd.io/v1alpha2
            kind: ServiceProfile
            metadata: {name: books.shop.svc.cluster.local, namespace: shop}
            spec:
              dstOverrides:
              - {authority: "books.shop.svc.cluster.local.:7000", weight: 500m}
              - {authority: "books-v2.shop.svc.cluster.local.:7000", weight: "1"}
              retryBudget: {retryRatio: 0.25, minRetriesPerSecond: 5, ttl: 20s}
              routes:
              - {name: list, condition: {method: GET, pathRegex: "/books"}, timeout: 300ms, isRetryable: true}
              - {name: one, condition: {pathRegex: "/books/\\\\d+"}, isRetryable: true,
                 responseClasses: [{condition: {status: {min: 502, max: 504}}, isFailure: true}]}
              - {name: form, condition: {pathRegex: "/books/[^/]*"}}
              - {name: both, condition: {all: [{method: PUT}, {pathRegex: "/x\\\\.y"}]}, timeout: 1s}
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /books      | 10",
                "POST /books     | 0",
                "GET /books/7    | 11",
                "POST /books/7   | 11",
                "POST /books/new | 13",
                "PUT /x.y        | 14",
                "PUT /xxy        | 0",
                "GET /other      | 0",
            })
    void routesInItsOrder(String asked, int line) {
        FilterConfig config = Foreign.config(BOOKS);
        Imported imported = Foreign.read(BOOKS);
        String[] text = imported.text().split("\n", -1);

        String source =
                Objects.requireNonNull(Foreign.route(config, "books", asked)).spec().source();

        // The route's own comment says which line of the profile it came from.
        String comment = text[Integer.parseInt(source.substring(source.indexOf(':') + 1)) - 2];
        assertThat(comment.strip()).isEqualTo("# r.yaml:" + (line == 0 ? 5 : line));
        assertThat(Foreign.goesTo(config, "books", asked)).isEqualTo("books 500 books-v2 1000");
    }

    @Test
    void budgetRetriesAndTimes() {
        FilterConfig config = Foreign.config(BOOKS);
        ServiceSpec books = Foreign.service(config, "books");

        assertThat(Foreign.warnings(BOOKS)).isEmpty();
        assertThat(books.port()).isEqualTo(7000);
        assertThat(books.hosts()).containsExactly("books.shop.svc.cluster.local");
        assertThat(books.traffic().retry().budget().ratio()).isEqualTo(0.25);
        assertThat(books.traffic().retry().budget().floor()).isEqualTo(5);
        assertThat(books.traffic().retry().budget().window()).isEqualTo(Duration.ofSeconds(20));
        assertThat(Foreign.read(BOOKS).text())
                .contains(
                        "timeout: {request: 300ms}",
                        "retry: {on: [connect, refused, reset, 5xx], times: 10, methods: [any]}",
                        "on: [connect, refused, reset, \"502\", \"503\", \"504\"]");
    }

    /** Nobody can say which requests fit two expressions. */
    @Test
    void anOrderThatCannotBeKeptIsTold() {
        String text =
                """
                apiVersion: linkerd.io/v1alpha2
                kind: ServiceProfile
                metadata: {name: a}
                spec:
                  dstOverrides: [{authority: "a:80", weight: 1}]
                  routes:
                  - {condition: {pathRegex: "/books/[0-9]+"}}
                  - {condition: {method: POST, pathRegex: "/books/[^/]*"}}
                """;

        assertThat(Foreign.warnings(text))
                .containsExactly(
                        "8: this route is asked before the one at r.yaml:7 here, as it says more"
                                + " (look at requests that match both)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "condition: {any: [{method: GET}]} | 6: spec.routes[0].condition.any is not supported (write a route for each)",
                "condition: {not: {method: GET}} | 6: spec.routes[0].condition.not is not supported (put another route before it)",
                "isRetryable: perhaps | 6: spec.routes[0].isRetryable: `perhaps` is neither true nor false",
                "name: x | 6: spec.routes[0]: a route needs a condition",
                "condition: {pathRegex: '/('} | 6: l7.services.a.routes[0].match.regex: `/(` is no RE2 expression: missing closing )",
            })
    void refusesByName(String route, String warning) {
        String text =
                """
                apiVersion: linkerd.io/v1alpha2
                kind: ServiceProfile
                metadata: {name: a.b.svc.cluster.local}
                spec:
                  routes:
                  - {%s}
                """
                        .formatted(route);

        assertThat(Foreign.warnings(text)).contains(warning);
        assertThat(Foreign.goesTo(Foreign.config(text), "a", "GET /")).isEqualTo("a");
    }
}
