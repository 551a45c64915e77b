package dev.asterism.l7.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.foreign.Importer.Imported;
import dev.asterism.l7.proxy.ServiceSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** VirtualService and DestinationRule; what is asked is the section as it was printed. */
class IstioTest {

    private static final String REVIEWS =
            """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: reviews-route}
            spec:
              hosts: [reviews.prod.svc.cluster.local]
              http:
            """;

    private static final String HERE =
            "route: [{destination: {host: reviews, port: {number: 9080}}}]";

    private static String reviews(String http) {
        return REVIEWS + "  - {" + http + "}\n";
    }

    /** The first that matches is taken, whatever it says. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /          | x: 0        | v1",
                "GET /          | end-user: j | v2",
                "GET /api/x     | end-user: j | v2",
                "GET /api/x     | x: 0        | v3",
                "GET /apix      | x: 0        | v3",
                "GET /ap        | x: 0        | v1",
                "GET /api/exact | x: 0        | v3",
                "GET /api/exact | end-user: j | v2",
                "POST /other    | x: 0        | v4",
                "POST /other    | end-user: j | v2",
                "POST /api/x    | x: 0        | v3",
            })
    void routesInItsOrder(String asked, String field, String pool) {
        FilterConfig config =
                Foreign.config(
                        REVIEWS
                                + """
                                  - match: [{headers: {end-user: {exact: j}}}]
                                    route: [{destination: {host: reviews, subset: v2, port: {number: 9080}}}]
                                  - match: [{uri: {prefix: /api}}]
                                    route: [{destination: {host: reviews, subset: v3, port: {number: 9080}}}]
                                  - match: [{uri: {exact: /api/exact}}]
                                    route: [{destination: {host: reviews, subset: v5, port: {number: 9080}}}]
                                  - match: [{method: {exact: POST}, uri: {regex: "/o.*"}}]
                                    route: [{destination: {host: reviews, subset: v4, port: {number: 9080}}}]
                                  - route: [{destination: {host: reviews, subset: v1, port: {number: 9080}}}]
                                """);

        assertThat(Foreign.goesTo(config, "reviews", asked, field)).isEqualTo(pool);
    }

    @Test
    void subsetsArePools() {
        String text =
                REVIEWS
                        + """
                          - route:
                            - {destination: {host: reviews, subset: v1, port: {number: 9080}}, weight: 90}
                            - {destination: {host: reviews, subset: v2, port: {number: 9080}}, weight: 10}
                            - {destination: {host: ratings, subset: v1, port: {number: 9080}}, weight: 0}
                        ---
                        apiVersion: networking.istio.io/v1
                        kind: DestinationRule
                        metadata: {name: reviews}
                        spec:
                          host: reviews
                          subsets:
                          - {name: v1, labels: {version: v1}}
                          - {name: v2, labels: {version: v2}, trafficPolicy: {loadBalancer: {simple: RANDOM}}}
                        """;
        Imported imported = Foreign.read(text);
        FilterConfig config = Foreign.config(text);
        ServiceSpec service = Foreign.service(config, "reviews");

        assertThat(Foreign.goesTo(config, "reviews", "GET /"))
                .isEqualTo("v1 90 v2 10 ratings-v1 0");
        assertThat(imported.text())
                .contains(
                        "v1: {select: \"group:reviews-v1\"}",
                        "ratings-v1: {select: \"group:ratings-v1\"}");
        assertThat(service.hosts()).containsExactly("reviews.prod.svc.cluster.local");
        assertThat(Foreign.lines(imported.warnings()))
                .containsExactly(
                        "19: spec.subsets[1].trafficPolicy is not supported (a policy is one of the"
                                + " service, not of a pool)");
        assertThat(Foreign.lines(imported.notes()))
                .contains(
                        "8: spec.http[0].route[0].destination.subset: the nodes of v1 need the"
                                + " group reviews-v1");
    }

    /** What a route says, and what our section says then. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "timeout: 5s | timeout: {request: 5s}",
                "retries: {attempts: 3, perTryTimeout: 2s, retryOn: ~gateway-error,connect-failure,503,unavailable~} | on: [\"502\", \"503\", \"504\", timeout, connect, \"grpc:unavailable\"], times: 3, methods: [any]",
                "retries: {attempts: 3, perTryTimeout: 2s} | timeout: {try: 2s}",
                "retries: {attempts: 0} | times: 0",
                "rewrite: {uri: /n, authority: a.x} | rewrite: {prefix: /n, host: a.x}",
                "headers: {request: {set: {a: b}, add: {c: d}, remove: [e]}} | set_headers: {a: b}",
                "headers: {request: {set: {a: b}, add: {c: d}, remove: [e]}} | add_headers: {c: d}",
                "headers: {response: {set: {a: b}, remove: [e]}} | response_headers: {a: b, e: \"\"}",
                "fault: {delay: {percentage: {value: 10}, fixedDelay: 5s}} | fault: {percent: 10%, delay: 5s}",
                "fault: {abort: {percentage: {value: 0.5}, httpStatus: 503}} | fault: {percent: \"0.5%\", code: 503}",
            })
    void carriesOver(String http, String text) {
        String rule = reviews(HERE + ", " + http.replace('~', '"'));

        assertThat(Foreign.warnings(rule)).isEmpty();
        assertThat(Foreign.read(rule).text()).contains(text);
        assertThat(Foreign.config(rule)).isNotNull();
    }

    @Test
    void answersOfItsOwn() {
        FilterConfig config =
                Foreign.config(
                        REVIEWS
                                + """
                                  - match: [{uri: {exact: /old}}]
                                    redirect: {uri: /new, authority: b.x, redirectCode: 308}
                                  - match: [{uri: {exact: /moved}}]
                                    redirect: {uri: /new}
                                  - match: [{uri: {exact: /teapot}}]
                                    directResponse: {status: 418, body: {string: short}}
                                """);

        assertThat(Foreign.goesTo(config, "reviews", "GET /old")).isEqualTo("308");
        assertThat(Foreign.goesTo(config, "reviews", "GET /moved")).isEqualTo("301");
        assertThat(Foreign.goesTo(config, "reviews", "GET /teapot")).isEqualTo("418");
        assertThat(Foreign.goesTo(config, "reviews", "GET /")).isEqualTo("404");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mirrors: [{destination: {host: b}}] | 7: spec.http[0].mirrors is not supported (one mirror may be given, under mirror)",
                "mirror: {host: b}, mirrorPercentage: {value: x} | 7: spec.http[0].mirror: `x` is no percentage of 0 to 100",
                "corsPolicy: {allowOrigins: []} | 7: spec.http[0].corsPolicy is not supported (the application answers to CORS, or response_headers do)",
                "delegate: {name: a} | 7: spec.http[0].delegate is not supported (write the routes in one VirtualService)",
                "retries: {attempts: 3, retryOn: retriable-headers} | 7: spec.http[0].retries.retryOn: `retriable-headers` is not supported",
                "retries: {attempts: 30} | 7: spec.http[0].retries.attempts: 30: at most 10 retries are made",
                "rewrite: {uriRegexRewrite: {match: a, rewrite: b}} | 7: spec.http[0].rewrite.uriRegexRewrite is not supported",
                "match: [{sourceLabels: {app: a}}] | 7: spec.http[0].match[0].sourceLabels is not supported (match.from: group:NAME names callers)",
                "match: [{withoutHeaders: {a: {}}}] | 7: spec.http[0].match[0].withoutHeaders is not supported (put a route for requests with the header before it)",
                "match: [{method: {regex: 'P.*'}}] | 7: spec.http[0].match[0].method.regex is not supported",
                "match: [{gateways: [edge]}] | 7: spec.http[0].match[0].gateways: the filter stands at the callers, not at a gateway",
                "timeout: soon | 7: spec.http[0].timeout: `soon` is no duration such as 10s or 250ms",
                "fault: {delay: {percentage: {value: 200}, fixedDelay: 5s}} | 7: l7.services.reviews.routes[0].fault.percent: `200%` is more than 100%",
            })
    void refusesByName(String http, String warning) {
        String text = reviews(HERE + ", " + http);

        assertThat(Foreign.warnings(text)).containsExactly(warning);
        assertThat(Foreign.config(text)).isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mirror: {host: reviews, subset: v3} | {to: v3, percent: 100%}",
                "mirror: {host: ratings}, mirrorPercentage: {value: 12.5} | {to: ratings, percent: 12.5%}",
            })
    void copiesRequests(String mirror, String ours) {
        FilterConfig config = Foreign.config(reviews(HERE + ", " + mirror));

        assertThat(config.text()).contains("mirror: " + ours);
    }

    /** A route that loses a part of its condition would take what is others'. */
    @Test
    void leavesOutARouteWhoseConditionItCannotSay() {
        String text =
                REVIEWS
                        + """
                          - match: [{scheme: {exact: https}, uri: {exact: /secret}}, {uri: {exact: /open}}]
                            route: [{destination: {host: reviews, subset: v2, port: {number: 9080}}}]
                          - route: [{destination: {host: reviews, subset: v1, port: {number: 9080}}}]
                        """;
        FilterConfig config = Foreign.config(text);

        assertThat(Foreign.goesTo(config, "reviews", "GET /secret")).isEqualTo("v1");
        assertThat(Foreign.goesTo(config, "reviews", "GET /open")).isEqualTo("v2");
        assertThat(Foreign.lines(Foreign.read(text).notes()))
                .contains(
                        "7: spec.http[0].match[0]: there is no route for this match, as a part of"
                                + " it is refused");
    }

    /** A map in place of a list is no route for everybody. */
    @Test
    void aConditionThatCannotBeReadIsNoneForAll() {
        String text =
                REVIEWS
                        + """
                          - match: {uri: {exact: /secret}}
                            route: [{destination: {host: reviews, subset: v2, port: {number: 9080}}}]
                          - match: [{uri: {exact: /open}}]
                            route: [{destination: {host: reviews, subset: v1, port: {number: 9080}}}]
                        """;
        FilterConfig config = Foreign.config(text);

        assertThat(Foreign.goesTo(config, "reviews", "GET /open")).isEqualTo("v1");
        assertThat(Foreign.goesTo(config, "reviews", "GET /other")).isEqualTo("404");
    }

    @Test
    void otherCasesAndBeginnings() {
        FilterConfig config =
                Foreign.config(
                        REVIEWS
                                + """
                                  - match: [{uri: {exact: /A.b}, ignoreUriCase: true}, {headers: {x: {prefix: "a."}}}]
                                    route: [{destination: {host: reviews, subset: v2}}]
                                  - match: [{headers: {y: {}}}, {queryParams: {q: {exact: "1"}}}]
                                    route: [{destination: {host: reviews, subset: v3}}]
                                """);

        assertThat(Foreign.goesTo(config, "reviews", "GET /a.B")).isEqualTo("v2");
        assertThat(Foreign.goesTo(config, "reviews", "GET /aXb")).isEqualTo("404");
        assertThat(Foreign.goesTo(config, "reviews", "GET /", "x: a.c")).isEqualTo("v2");
        assertThat(Foreign.goesTo(config, "reviews", "GET /", "x: abc")).isEqualTo("404");
        assertThat(Foreign.goesTo(config, "reviews", "GET /", "y: 1")).isEqualTo("v3");
        assertThat(Foreign.goesTo(config, "reviews", "GET /?q=1")).isEqualTo("v3");
    }

    @Test
    void policiesOfADestination() {
        Imported imported =
                Foreign.read(
                        """
                        apiVersion: networking.istio.io/v1beta1
                        kind: DestinationRule
                        metadata: {name: r}
                        spec:
                          host: ratings.prod.svc.cluster.local
                          trafficPolicy:
                            loadBalancer: {simple: ROUND_ROBIN}
                            connectionPool:
                              tcp: {maxConnections: 100, connectTimeout: 30ms, tcpKeepalive: {time: 7200s}}
                              http: {http1MaxPendingRequests: 10, http2MaxRequests: 200, maxRetries: 3}
                            outlierDetection:
                              {consecutive5xxErrors: 7, interval: 5m, baseEjectionTime: 15m, maxEjectionPercent: 100, minHealthPercent: 0}
                            tls: {mode: ISTIO_MUTUAL}
                            portLevelSettings: []
                        """);

        assertThat(imported.text())
                .contains(
                        "  ratings:\n      port: 80\n",
                        "balance: round",
                        "max: {connections: 100, pending: 10, requests: 200}",
                        "timeout: {connect: 30ms}",
                        "breaker: {failures: 7, success: 0%, eject: \"15m..15m\", max_ejected: 100%, panic: 0%}");
        assertThat(Foreign.lines(imported.warnings()))
                .containsExactly(
                        "5: nothing says at which port the nodes of ratings listen: 80 is written"
                                + " (write the right one under port)",
                        "9: spec.trafficPolicy.connectionPool.tcp.tcpKeepalive is not supported",
                        "10: spec.trafficPolicy.connectionPool.http.maxRetries is not supported"
                                + " (retry.budget bounds the retries of a service)",
                        "14: spec.trafficPolicy.portLevelSettings is not supported (a service has"
                                + " one port)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "simple: LEAST_REQUEST | balance: least | 0",
                "simple: RANDOM | xx | 1",
                "consistentHash: {httpHeaderName: x-user} | balance: \"hash:header:x-user\" | 0",
                "consistentHash: {useSourceIp: true} | xx | 1",
                "consistentHash: {httpCookie: {name: a}} | xx | 1",
                "localityLbSetting: {enabled: true} | xx | 1",
            })
    void balancers(String balancer, String text, int refused) {
        Imported imported =
                Foreign.read(
                        """
                        apiVersion: networking.istio.io/v1beta1
                        kind: DestinationRule
                        metadata: {name: r}
                        spec: {host: a, trafficPolicy: {loadBalancer: {%s}}}
                        """
                                .formatted(balancer));

        assertThat(imported.warnings()).hasSize(1 + refused); // that of the port
        assertThat(imported.text().contains(text)).isEqualTo(refused == 0);
    }

    /** Without a word of it, Istio tries twice more and never ends a request. */
    @Test
    void whatHoldsWithoutAWord() {
        ServiceSpec service = Foreign.service(Foreign.config(reviews(HERE)), "reviews");

        assertThat(service.traffic().retry().times()).isEqualTo(2);
        assertThat(service.traffic().retry().methods()).containsExactly("any");
        assertThat(service.traffic().timeout().request()).isZero();
    }
}
