package dev.asterism.l7.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.foreign.Importer.Imported;
import dev.asterism.l7.proxy.ServiceSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HTTPRoute and GRPCRoute, field by field; what is asked is the section as it was printed. */
class GatewayApiTest {

    private static final String SHOP =
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: shop}
            spec:
              parentRefs: [{group: "", kind: Service, name: shop, port: 80}]
              rules:
            """;

    private static String shop(String rule) {
        return SHOP + "  - " + rule + "\n";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /                   | web",
                "GET /v2                 | v2",
                "GET /v2/x               | v2",
                "GET /v2x                | web",
                "GET /v2/exact           | exact",
                "GET /v2/exact/          | v2",
                "GET /v2/longer/x        | longer",
                "POST /v2/x              | post",
                "GET /n/17               | number",
                "GET /n/x                | web",
                "GET /q?debug=1          | debug",
                "GET /q?debug=2          | web",
                "GET /q?debug=1&trace=a7 | trace",
            })
    void routesByItsOwnPrecedence(String asked, String pool) {
        FilterConfig config =
                Foreign.config(
                        SHOP
                                + """
                                  - {backendRefs: [{name: web, port: 8080}]}
                                  - matches: [{path: {type: PathPrefix, value: /v2}}]
                                    backendRefs: [{name: v2, port: 8080}]
                                  - matches: [{path: {type: Exact, value: /v2/exact}}]
                                    backendRefs: [{name: exact, port: 8080}]
                                  - matches: [{path: {value: /v2}, method: POST}]
                                    backendRefs: [{name: post, port: 8080}]
                                  - matches: [{path: {value: /v2/longer/}}]
                                    backendRefs: [{name: longer, port: 8080}]
                                  - matches: [{path: {type: RegularExpression, value: "/n/[0-9]+"}}]
                                    backendRefs: [{name: number, port: 8080}]
                                  - matches: [{queryParams: [{name: debug, value: "1"}]}]
                                    backendRefs: [{name: debug, port: 8080}]
                                  - matches:
                                    - queryParams:
                                      - {name: debug, value: "1"}
                                      - {name: trace, type: RegularExpression, value: "a[0-9]"}
                                    backendRefs: [{name: trace, port: 8080}]
                                """);

        assertThat(Foreign.goesTo(config, "shop", asked)).isEqualTo(pool);
        assertThat(Foreign.service(config, "shop").port()).isEqualTo(8080);
    }

    /** Each entry of matches is an alternative; within one everything must fit. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a: 1 | x: 0 | one",
                "b: 2 | x: 0 | 404",
                "b: 2 | c: 3 | one",
                "d: * | x: 0 | one",
                "d: ~ | x: 0 | 404",
                "e: ~5 | x: 0 | one",
                "f: yes | x: 0 | one",
                "f: yesss | x: 0 | 404",
            })
    void alternativesAndConditions(String one, String other, String to) {
        FilterConfig config =
                Foreign.config(
                        shop(
                                """
                                matches:
                                    - {headers: [{name: A, value: "1"}]}
                                    - {headers: [{name: b, value: "2"}, {name: c, value: "3"}]}
                                    - {headers: [{name: d, value: "*"}]}
                                    - {headers: [{name: e, value: "~5"}]}
                                    - {headers: [{name: f, type: RegularExpression, value: "ye?s"}]}
                                    backendRefs: [{name: one, port: 1}]
                                """));

        assertThat(Foreign.goesTo(config, "shop", "GET /", one, other)).isEqualTo(to);
    }

    @Test
    void weightsBackendsAndTheirAbsence() {
        FilterConfig config =
                Foreign.config(
                        SHOP
                                + """
                                  - matches: [{path: {value: /split}}]
                                    backendRefs:
                                    - {name: a, port: 80, weight: 90}
                                    - {name: b, port: 80, weight: 10}
                                    - {name: c, port: 80, weight: 0}
                                  - matches: [{path: {value: /zero}}]
                                    backendRefs: [{name: a, port: 80, weight: 0}]
                                  - matches: [{path: {value: /none}}]
                                """);

        assertThat(Foreign.goesTo(config, "shop", "GET /split")).isEqualTo("a 90 b 10 c 0");
        assertThat(Foreign.goesTo(config, "shop", "GET /zero")).isEqualTo("500");
        assertThat(Foreign.goesTo(config, "shop", "GET /none")).isEqualTo("500");
        assertThat(Foreign.goesTo(config, "shop", "GET /other")).isEqualTo("404");
        assertThat(config.text())
                .contains("a: {select: \"group:a\"}", "c: {select: \"group:c\"}", "port: 80");
    }

    /** What a rule says, and what our section says then. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "timeouts: {request: 10s, backendRequest: 2s} | timeout: {request: 10s, try: 2s}",
                "retry: {codes: [502, 503], attempts: 3, backoff: 100ms} | on: [connect, refused, reset, \"502\", \"503\"], times: 3",
                "retry: {codes: [502, 503], attempts: 3, backoff: 100ms} | backoff: \"100ms..1s\"",
                "filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: A, value: b}]}}] | set_headers: {A: b}",
                "filters: [{type: RequestHeaderModifier, requestHeaderModifier: {add: [{name: A, value: b}]}}] | add_headers: {A: b}",
                "filters: [{type: RequestHeaderModifier, requestHeaderModifier: {remove: [a, b]}}] | remove_headers: [a, b]",
                "filters: [{type: ResponseHeaderModifier, responseHeaderModifier: {set: [{name: a, value: b}], remove: [c]}}] | response_headers: {a: b, c: \"\"}",
                "filters: [{type: ResponseHeaderModifier, responseHeaderModifier: {add: [{name: a, value: b}]}}] | add_response_headers: {a: b}",
                "filters: [{type: URLRewrite, urlRewrite: {hostname: a.x, path: {type: ReplaceFullPath, replaceFullPath: /n}}}] | rewrite: {host: a.x, path: /n}",
                "filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /n}}}] | rewrite: {prefix: /n}",
            })
    void carriesOver(String rule, String text) {
        Imported imported =
                Foreign.read(
                        shop(
                                "{matches: [{path: {value: /p}}], backendRefs: [{name: a, port: 1}], "
                                        + rule
                                        + "}"));

        assertThat(Foreign.lines(imported.warnings())).isEmpty();
        assertThat(imported.text()).contains(text);
    }

    @Test
    void redirectsInItsWords() {
        FilterConfig config =
                Foreign.config(
                        SHOP
                                + """
                                  - matches: [{path: {value: /a}}]
                                    filters:
                                    - type: RequestRedirect
                                      requestRedirect:
                                        {scheme: https, hostname: b.x, port: 8443, statusCode: 301,
                                         path: {type: ReplacePrefixMatch, replacePrefixMatch: /b}}
                                  - matches: [{path: {value: /c}}]
                                    filters: [{type: RequestRedirect, requestRedirect: {hostname: d.x}}]
                                """);

        assertThat(Foreign.goesTo(config, "shop", "GET /a/1")).isEqualTo("301");
        assertThat(Foreign.goesTo(config, "shop", "GET /c")).isEqualTo("302");
        assertThat(config.text())
                .contains(
                        "redirect: {code: 301, scheme: https, host: b.x, port: \"8443\", prefix: /b}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{backendRef: {name: b, port: 1}} | {to: b, percent: 100%}",
                "{backendRef: {name: b, port: 1}, percent: 7} | {to: b, percent: 7%}",
                "{backendRef: {name: b, port: 1}, fraction: {numerator: 1, denominator: 8}} | {to: b, percent: 12.5%}",
                "{backendRef: {name: b, port: 1}, fraction: {numerator: 5}} | {to: b, percent: 5%}",
            })
    void copiesRequests(String mirror, String ours) {
        FilterConfig config =
                Foreign.config(
                        shop(
                                "{backendRefs: [{name: a, port: 1}], filters: [{type:"
                                        + " RequestMirror, requestMirror: "
                                        + mirror
                                        + "}]}"));

        assertThat(config.text()).contains("mirror: " + ours);
        assertThat(Foreign.goesTo(config, "shop", "GET /")).isEqualTo("a");
    }

    /** Each by its name and line, with what to do where that is known. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "filters: [{type: RequestMirror, requestMirror: {percent: 5}}] | 7: spec.rules[0].filters[0].requestMirror: a mirror needs a backendRef",
                "filters: [{type: RequestMirror, requestMirror: {backendRef: {name: b, port: 1}, fraction: {numerator: 3, denominator: 2}}}] | 7: spec.rules[0].filters[0].requestMirror.fraction: more than all cannot be copied",
                "filters: [{type: CORS, cors: {}}] | 7: spec.rules[0].filters[0].type: the filter CORS is not supported (the application answers to CORS, or response_headers do)",
                "filters: [{type: ExtensionRef, extensionRef: {name: x}}] | 7: spec.rules[0].filters[0].type: the filter ExtensionRef is not supported (it is another program's)",
                "filters: [{type: New}] | 7: spec.rules[0].filters[0].type: the filter New is not supported",
                "sessionPersistence: {type: Cookie} | 7: spec.rules[0].sessionPersistence is not supported (sticky keeps a client on its pool, balance: hash:header:NAME on its endpoint)",
                "new: 1 | 7: spec.rules[0].new is not supported",
                "matches: [{path: {type: Glob, value: /a}}] | 7: spec.rules[0].matches[0].path.type: the type `Glob` is not supported (Exact, PathPrefix or RegularExpression)",
                "matches: [{cookie: a}] | 7: spec.rules[0].matches[0].cookie is not supported",
                "matches: [{headers: [{name: a, type: Prefix, value: b}]}] | 7: spec.rules[0].matches[0].headers[0].type: the type `Prefix` is not supported (Exact or RegularExpression)",
                "matches: [{method: get}] | 7: l7.services.shop.routes[0].match.method: `get` is no usual method; methods are written in capitals (did you mean GET?)",
                "matches: [{path: {type: RegularExpression, value: '('}}] | 7: l7.services.shop.routes[0].match.regex: `(` is no RE2 expression: missing closing )",
                "matches: 5 | 7: spec.rules[0].matches: must be a list, not a int",
                "timeouts: {request: 5} | 7: spec.rules[0].timeouts.request: `5` is no duration such as 10s or 250ms",
                "timeouts: {idle: 5s} | 7: spec.rules[0].timeouts.idle is not supported",
                "retry: {attempts: 99} | 7: spec.rules[0].retry.attempts: 99: at most 10 retries are made",
            })
    void refusesByName(String rule, String warning) {
        String text = shop("{backendRefs: [{name: a, port: 1}], " + rule + "}");

        assertThat(Foreign.warnings(text)).containsExactly(warning);
        assertThat(Foreign.config(text)).isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{name: a, namespace: b} | namespace: a backend of another namespace is not supported (groups of certificates have no namespace: leave it out)",
                "{name: a, kind: ServiceImport} | kind: a backend of kind ServiceImport is not supported (a backend is a Service)",
                "{name: A} | name: `A` is no name of a Service",
                "{name: a, weight: -1} | weight: `-1` is no whole number of 0 to 1000000",
                "{name: a, filters: []} | filters is not supported (put the filters at the rule)",
            })
    void refusesBackendsByName(String backend, String warning) {
        assertThat(Foreign.warnings(shop("{backendRefs: [" + backend + "]}")))
                .anyMatch(line -> line.startsWith("7: spec.rules[0].backendRefs[0]."))
                .anyMatch(line -> line.endsWith(warning));
    }

    @Test
    void oneServiceHasOnePort() {
        assertThat(
                        Foreign.warnings(
                                shop("{backendRefs: [{name: a, port: 1}, {name: b, port: 2}]}")))
                .containsExactly(
                        "7: spec.rules[0].backendRefs[1].port: 2: the service shop has the port 1"
                                + " (r.yaml:7) (the nodes of one service listen at one port)");
    }

    @Test
    void aGatewaysRoutesAreOfTheirHosts() {
        String text =
                """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: first, namespace: x}
                spec:
                  parentRefs: [{name: edge, namespace: infra, sectionName: http}]
                  hostnames: [shop.example.org, www.example.org]
                  rules: [{backendRefs: [{name: web, port: 8080}]}]
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: second, namespace: x}
                spec:
                  parentRefs: [{name: edge}]
                  hostnames: [shop.example.org]
                  rules:
                  - matches: [{path: {value: /api}}]
                    backendRefs: [{name: api, port: 8080}]
                """;
        FilterConfig config = Foreign.config(text);
        ServiceSpec service = Foreign.service(config, "first");

        assertThat(Foreign.warnings(text)).isEmpty();
        assertThat(config.services()).hasSize(1);
        assertThat(service.hosts()).containsExactly("shop.example.org", "www.example.org");
        assertThat(Foreign.goesTo(config, "first", "GET /api", "host: shop.example.org"))
                .isEqualTo("api");
        assertThat(Foreign.goesTo(config, "first", "GET /api", "host: www.example.org"))
                .isEqualTo("web");
    }

    @Test
    void parentsThatAreNone() {
        assertThat(
                        Foreign.warnings(
                                """
                                apiVersion: gateway.networking.k8s.io/v1
                                kind: HTTPRoute
                                metadata: {name: a}
                                spec:
                                  parentRefs:
                                  - {kind: Service, group: "", name: b, namespace: other}
                                  - {kind: ListenerSet, name: c}
                                  - {kind: Service, group: "", name: d, port: 80, sectionName: http}
                                  hostnames: ["*.example.org"]
                                  rules: [{backendRefs: [{name: web, port: 8080}]}]
                                """))
                .containsExactly(
                        "6: spec.parentRefs[0].namespace: a Service of another namespace is not"
                                + " supported (match.from: group:NAME names callers)",
                        "7: spec.parentRefs[1].kind: a parent of kind ListenerSet is not supported",
                        "8: spec.parentRefs[2].sectionName is not supported (write the number of"
                                + " the port under port)",
                        "9: spec.hostnames[0]: `*.example.org`: no service is called by a host"
                                + " with * (list the names)");
    }

    /** Equal routes: the oldest document, then by name, then as they stand. */
    @Test
    void theOldestOfEqualRoutesCounts() {
        String route =
                """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: %s%s}
                spec:
                  parentRefs: [{kind: Service, group: "", name: shop}]
                  rules:
                  - {backendRefs: [{name: %s, port: 80}]}
                  - {backendRefs: [{name: late, port: 80}]}
                ---
                """;
        String old = ", creationTimestamp: \"2024-01-02T00:00:00Z\"";
        String young = ", creationTimestamp: \"2025-01-02T00:00:00Z\"";

        assertThat(first(route.formatted("b", "", "b") + route.formatted("a", "", "a")))
                .isEqualTo("a");
        assertThat(first(route.formatted("b", old, "b") + route.formatted("a", young, "a")))
                .isEqualTo("b");
        assertThat(first(route.formatted("a", "", "a") + route.formatted("b", young, "b")))
                .isEqualTo("b");
    }

    private static String first(String text) {
        return Foreign.goesTo(Foreign.config(text), "shop", "GET /");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/shop.Catalog/List | list",
                "/shop.Catalog/Get | catalog",
                "/shop.Cart/Watch | watch",
                "/shop.Cart/Add | cart",
                "/other.X/Y | other",
            })
    void grpcMethods(String path, String pool) {
        String text =
                """
                apiVersion: gateway.networking.k8s.io/v1
                kind: GRPCRoute
                metadata: {name: shop}
                spec:
                  parentRefs: [{kind: Service, group: "", name: shop}]
                  rules:
                  - {backendRefs: [{name: other, port: 50051}]}
                  - matches: [{method: {service: shop.Catalog}}]
                    backendRefs: [{name: catalog, port: 50051}]
                  - matches: [{method: {service: shop.Catalog, method: List}}]
                    backendRefs: [{name: list, port: 50051}]
                  - matches: [{method: {method: Watch}}]
                    backendRefs: [{name: watch, port: 50051}]
                  - matches: [{method: {type: RegularExpression, service: 'shop\\.C.*', method: 'A..'}}]
                    backendRefs: [{name: cart, port: 50051}]
                """;

        assertThat(Foreign.goesTo(Foreign.config(text), "shop", "POST " + path)).isEqualTo(pool);
        assertThat(Foreign.warnings(text)).isEmpty();
    }

    @Test
    void aServiceHasRoutesOfOneKind() {
        String text =
                shop("{backendRefs: [{name: a, port: 1}]}")
                        + """
                        ---
                        apiVersion: gateway.networking.k8s.io/v1
                        kind: GRPCRoute
                        metadata: {name: calls}
                        spec:
                          parentRefs: [{kind: Service, group: "", name: shop}]
                          rules:
                          - filters: [{type: URLRewrite, urlRewrite: {hostname: x}}]
                            backendRefs: [{name: b, port: 1}]
                        """;

        assertThat(Foreign.warnings(text))
                .containsExactly(
                        "5: spec: HTTPRoute shop is not used: shop has routes of the kind GRPCRoute"
                                + " (write them as one kind)",
                        "15: spec.rules[0].filters[0].type: a GRPCRoute has no URLRewrite");
    }
}
