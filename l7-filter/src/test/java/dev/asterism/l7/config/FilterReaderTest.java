package dev.asterism.l7.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.authz.AuthzSpec;
import dev.asterism.l7.identity.Selector;
import dev.asterism.l7.identity.TracePolicy;
import dev.asterism.l7.match.PathMatch;
import dev.asterism.l7.pool.PoolSpec;
import dev.asterism.l7.proxy.ServiceSide;
import dev.asterism.l7.proxy.ServiceSpec;
import dev.asterism.l7.proxy.TrafficPolicy;
import dev.asterism.l7.proxy.UpstreamPolicy;
import dev.asterism.l7.route.BranchSpec;
import dev.asterism.l7.route.RouteSpec;
import dev.asterism.l7.route.SplitSpec;
import dev.asterism.l7.route.StickySpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples of the design and of {@code configs/l7}, key by key. */
class FilterReaderTest {

    private static final Path EXAMPLES = Path.of("..", "configs", "l7");

    static Stream<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void takesEveryExampleAndItsEffectiveText(Path example) throws IOException {
        String yaml = Files.readString(example);

        assertThat(FilterFiles.problems(yaml)).isEmpty();
        assertThat(FilterFiles.notices(yaml))
                .allMatch(notice -> notice.contains("on_failure: closed refuses"));
        FilterConfig config = FilterFiles.config(yaml);
        FilterConfig again = FilterFiles.config(config.text());
        assertThat(again.text()).isEqualTo(config.text());
        assertThat(again.hash()).isEqualTo(config.hash()).matches("[0-9a-f]{12}");
        assertThat(config.enabled()).isTrue();
        assertThat(config.services()).isNotEmpty();
    }

    @Test
    void theSmallestFileServesTheUsualPorts() {
        FilterConfig config = FilterFiles.config("l7: {enabled: true}");

        assertThat(config.services())
                .extracting(ServiceSpec::name, ServiceSpec::direction, ServiceSpec::port)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("http-80", ServiceSide.INBOUND, 80),
                        org.assertj.core.groups.Tuple.tuple(
                                "http-8080", ServiceSide.INBOUND, 8080));
        assertThat(config.services().getFirst().traffic().timeout().request())
                .isEqualTo(Duration.ZERO);
        assertThat(config.failsOpen()).isTrue();
        assertThat(config.drain()).isEqualTo(Duration.ofSeconds(15));
        assertThat(config.intercept().inbound()).isEqualTo(FilterConfig.Interception.TUNNEL);
        assertThat(config.intercept().outbound()).isEqualTo(FilterConfig.Interception.AUTO);
        assertThat(config.intercept().opaque()).containsExactly(22, 25, 53, 3306, 5432, 6379);
        assertThat(config.intercept().detectTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.threads()).isZero();
        assertThat(config.identity().meshHeaders()).isTrue();
        assertThat(config.identity().xfcc()).isFalse();
        assertThat(config.log().file()).as("nothing is written that nobody asked for").isEmpty();
        assertThat(config.log().redact()).containsExactly("authorization", "cookie");
        assertThat(config.trace()).isEqualTo(TracePolicy.STANDARD);
        assertThat(FilterFiles.config("l7: {}").enabled()).isFalse();
    }

    @Test
    void retries() throws IOException {
        ServiceSpec orders = service("retries");

        assertThat(orders.direction()).isEqualTo(ServiceSide.OUTBOUND);
        assertThat(orders.pools().get("default"))
                .isEqualTo(new PoolSpec.Select(Selector.parse("group:orders"), 8080, "c.yml:9"));
        assertThat(orders.traffic().retry().on().words())
                .containsExactly(
                        "connect", "refused", "reset", "502", "503", "504", "grpc:unavailable");
        assertThat(orders.traffic().retry().times()).isEqualTo(2);
        assertThat(orders.traffic().retry().budget())
                .isEqualTo(TrafficPolicy.STANDARD.retry().budget());
        assertThat(orders.traffic().timeout().request()).isEqualTo(Duration.ofSeconds(3));
        assertThat(orders.traffic().timeout().attempt()).isEqualTo(Duration.ofMillis(900));
        assertThat(orders.traffic().timeout().idle()).isEqualTo(Duration.ofMinutes(5));
        assertThat(orders.upstream()).isEqualTo(UpstreamPolicy.STANDARD);
    }

    @Test
    void canary() throws IOException {
        ServiceSpec web = service("canary");

        assertThat(web.pools().keySet()).containsExactly("stable", "next");
        assertThat(web.routes()).hasSize(1);
        assertThat(web.routes().getFirst().split())
                .isEqualTo(
                        new SplitSpec(
                                List.of(BranchSpec.of("stable", 95), BranchSpec.of("next", 5)),
                                new StickySpec(StickySpec.Kind.HEADER, "x-user-id"),
                                SplitSpec.OnEmpty.FALL_BACK));
    }

    @Test
    void headerRouting() throws IOException {
        ServiceSpec shop = service("header-routing");
        List<RouteSpec> routes = shop.routes();

        assertThat(routes)
                .extracting(RouteSpec::name)
                .containsExactly("route-1", "route-2", "route-3", "route-4");
        assertThat(routes.get(0).match().headers()).hasSize(1);
        assertThat(routes.get(0).split().branches()).containsExactly(BranchSpec.of("v2", 1));
        assertThat(routes.get(1).match().path()).isEqualTo(PathMatch.prefix("/search"));
        assertThat(routes.get(1).match().methods()).containsExactly("GET");
        assertThat(routes.get(1).rewrite()).isNotNull();
        assertThat(routes.get(2).match().path()).isEqualTo(PathMatch.grpc("shop.Catalog/List"));
        assertThat(shop.ofRoutes().get(routes.get(2).policy()).timeout().request())
                .isEqualTo(Duration.ofMillis(500));
        assertThat(routes.get(3).policy()).isEqualTo(RouteSpec.OF_SERVICE);
    }

    @Test
    void limitsAndBreaker() throws IOException {
        ServiceSpec payments = service("limits-and-breaker");

        assertThat(payments.traffic().timeout().idle()).isEqualTo(Duration.ofMinutes(1));
        assertThat(payments.traffic().timeout().connect()).isEqualTo(Duration.ofMillis(300));
        assertThat(payments.upstream().max().connections()).isEqualTo(64);
        assertThat(payments.upstream().max().patience()).isEqualTo(Duration.ofSeconds(1));
        assertThat(payments.upstream().breaker().failures()).isEqualTo(3);
        assertThat(payments.upstream().breaker().ejectMost()).isEqualTo(Duration.ofMinutes(2));
        assertThat(payments.upstream().breaker().shares().maxEjected()).isEqualTo(0.3);
        assertThat(payments.upstream().breaker().shares().panic()).isEqualTo(0.5);
    }

    @Test
    void authorisation() throws IOException {
        ServiceSpec orders = service("authorisation");

        assertThat(orders.direction()).isEqualTo(ServiceSide.INBOUND);
        assertThat(orders.rules().mode()).isEqualTo(AuthzSpec.Mode.AUDIT);
        assertThat(orders.rules().deny()).hasSize(1);
        assertThat(orders.rules().allow()).hasSize(4);
        assertThat(orders.rules().allow().getFirst().match().methods())
                .containsExactly("GET", "POST");
        assertThat(orders.rules().allow().getFirst().source()).matches("c\\.yml:1\\d");
        PoolSpec.Static to = (PoolSpec.Static) orders.pools().firstEntry().getValue();
        assertThat(to.targets().getFirst().address())
                .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9090));
        assertThat(orders.traffic().retry().times()).isOne();
    }

    @Test
    void rateLimit() throws IOException {
        ServiceSpec api = service("rate-limit");

        assertThat(api.traffic().limit().total()).isEqualTo(Quantities.rate("2000/s"));
        assertThat(api.traffic().limit().perPeer()).isEqualTo(Quantities.rate("100/s burst 200"));
        assertThat(api.traffic().limit().overrides()).hasSize(2);
        assertThat(api.traffic().limit().overrides().get(1).rate().isUnlimited()).isTrue();
        RouteSpec search = api.routes().getFirst();
        assertThat(api.ofRoutes().get(search.policy()).limit().perPeer())
                .isEqualTo(Quantities.rate("5/s"));
    }

    /** What somebody has switched off is off below, until a percentage is written there too. */
    @Test
    void noSecondCopiesHoldsForRoutesToo() {
        String yaml =
                """
                l7:
                  services:
                    a:
                      port: 80
                      pool: {dns: a.example}
                      hedge: {percent: 0%}
                      routes:
                        - {match: {path: /a}, hedge: {after: 20ms}}
                        - {match: {path: /b}, hedge: {after: 20ms, percent: 5%}}
                """;
        ServiceSpec a = FilterFiles.config(yaml).services().getFirst();

        assertThat(a.routes())
                .extracting(route -> a.ofRoutes().get(route.policy()).hedge().isNone())
                .containsExactly(true, false);
        assertThat(FilterFiles.notices(yaml))
                .singleElement()
                .asString()
                .contains(
                        "hedge: no request has a second copy, as c.yml:6 says `percent: 0%` (write percent here as well)");
        assertThat(FilterFiles.notices(yaml.replace("{percent: 0%}", "{percent: 1%}"))).isEmpty();
    }

    @Test
    void everyOtherKey() {
        FilterConfig config =
                FilterFiles.config(
                        """
                        l7:
                          enabled: yes
                          on_failure: closed
                          drain: 1m
                          intercept: {inbound: off, outbound: nft, opaque: [9000], detect_timeout: 500ms}
                          listen: ["127.0.0.1:4140", "unix:/run/l7.sock", "[::1]:80"]
                          threads: 3
                          identity: {headers: [mesh, xfcc], label: both, label_groups: [web]}
                          log: {access: "", sample: 1.5%, redact: [Cookie]}
                          trace: {propagate: false, sample: 2.5%, spans: log}
                          admin: "[::1]:4191"
                          services:
                            db: {port: 5555, protocol: tcp, pool: {dns: db.example.org}}
                            a:
                              port: 81
                              protocol: grpc
                              hosts: [A.example.org, "*.a.example.org"]
                              pool: {static: [10.42.0.7 weight 3, "10.42.0.8:99", "[fd00::1]:7"]}
                              balance: hash:header:X-User
                              retry: {methods: [any], backoff: 1ms..2ms, body: 1MiB, budget: {ratio: 50%, floor: 5/s, window: 5s}}
                              routes:
                                - {match: {query: {q: "*"}, header: {h: "~a+"}, host: a.example.org, from: "node:x", regex: "/a.*"}, redirect: {code: 308, host: b, scheme: https, port: 8443, path: /x}}
                                - {match: {path: /r}, respond: {code: 418, body: "te\\"a"}, response_headers: {x-a: b, server: ""}}
                                - {match: {prefix: /f}, fault: {percent: 5%, delay: 10ms, code: 503, grpc: unavailable, slow: 16KiB, from: "group:qa"}, set_headers: {X-A: "1"}, remove_headers: [x-b], rewrite: {prefix: /g, host: c}, retry: {times: 0}, on_empty: fail}
                        """);

        assertThat(config.failsOpen()).isFalse();
        assertThat(config.drain()).isEqualTo(Duration.ofMinutes(1));
        assertThat(config.intercept().opaque()).containsExactly(9000, 5555);
        assertThat(config.listen()).hasSize(3);
        assertThat(config.log().sampleTenThousandths()).isEqualTo(150);
        assertThat(config.trace()).isEqualTo(new TracePolicy(false, 250, true));
        assertThat(config.admin()).isNotNull();
        assertThat(FilterFiles.config(config.text()).text()).isEqualTo(config.text());
        ServiceSpec a = config.services().get(1);
        assertThat(a.upstream().protocol()).isEqualTo(UpstreamPolicy.Protocol.HTTP_2);
        assertThat(((PoolSpec.Static) a.pools().firstEntry().getValue()).targets())
                .extracting(target -> ServiceText.address(target.address()))
                .containsExactly("10.42.0.7:81", "10.42.0.8:99", "[fd00:0:0:0:0:0:0:1]:7");
        assertThat(((PoolSpec.Static) a.pools().firstEntry().getValue()).targets())
                .extracting(PoolSpec.Target::weight)
                .containsExactly(3, 1, 1);
        assertThat(a.routes().get(1).response().remove()).containsExactly("server");
        assertThat(Objects.requireNonNull(a.routes().get(2).fault()).tenThousandths())
                .isEqualTo(500);
        assertThat(a.ofRoutes().get(a.routes().get(2).policy()).retry().times()).isZero();
        assertThat(config.text())
                .contains(
                        "fault: {percent: 5%, delay: 10ms, code: 503, grpc: unavailable, slow: 16KiB,"
                                + " from: \"group:qa\"}")
                .contains("retry: {on: [connect, refused], times: 0, methods: [any]");
    }

    @Test
    void aFileThatSaysTheSameHasTheSameHash() {
        FilterConfig one = FilterFiles.config("l7: {enabled: true, threads: auto}");
        FilterConfig two = FilterFiles.config("\n\nl7:\n  enabled: yes\n");

        assertThat(one.sameAs(two)).isTrue();
        assertThat(FilterFiles.config("l7: {enabled: true, threads: 2}").hash())
                .isNotEqualTo(one.hash());
    }

    @Test
    void whatMayBeASecretIsNotShown() {
        FilterConfig config =
                FilterFiles.config(
                        """
                        l7:
                          services:
                            a:
                              port: 81
                              routes:
                                - {match: {header: {x-key: s3cret, x-any: "*"}, query: {q: s3cret}}, set_headers: {authorization: s3cret}, response_headers: {cookie: s3cret}}
                                - {match: {path: /r}, respond: {code: 418, body: s3cret}}
                        """);

        assertThat(config.text()).contains("s3cret");
        assertThat(EffectiveText.shown(config))
                .contains("authorization", "x-key", "x-any: \"*\"", "418")
                .isEqualTo(config.text().replace("s3cret", "\"(hidden)\""));
    }

    private static ServiceSpec service(String example) throws IOException {
        String yaml = Files.readString(EXAMPLES.resolve(example + ".yml"));
        return FilterFiles.config(yaml).services().getFirst();
    }
}
