package dev.asterism.l7.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.balance.PathFacts;
import dev.asterism.l7.config.FilterFiles;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.pool.EndpointSet;
import dev.asterism.l7.pool.PoolWatch;
import dev.asterism.l7.proxy.FilterSnapshot;
import dev.asterism.l7.proxy.Service;
import dev.asterism.l7.proxy.ServiceSide;
import dev.asterism.l7.route.RouteSpec;
import dev.asterism.l7.runtime.RequestExplainer.Explanation;
import dev.asterism.l7.runtime.RequestExplainer.Header;
import dev.asterism.l7.runtime.RequestExplainer.Question;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What {@code explain} says of faults, splits, empty pools, rates, rules and unknown hosts. */
class ExplainedRequestsTest {

    private static final Caller WEB =
            new Caller("web-1", List.of("web"), "10.42.0.7", "ab", "mesh");
    private static final InetSocketAddress ADDRESS =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    private static FilterSnapshot snapshot(String yaml) {
        return FilterSnapshot.of(FilterFiles.config(yaml).spec("me"), null, 0);
    }

    private static EndpointSet endpoints(PoolWatch.Key pool, Set<String> empty) {
        return empty.contains(pool.pool())
                ? EndpointSet.EMPTY
                : new EndpointSet(
                        List.of(
                                new EndpointSet.Entry(
                                        pool.pool() + "-1", ADDRESS, 1, Long.MAX_VALUE)));
    }

    private static Explanation ask(
            FilterSnapshot snapshot, Set<String> empty, String host, Header... headers) {
        return Objects.requireNonNull(
                new RequestExplainer(snapshot, pool -> endpoints(pool, empty))
                        .explain(
                                new Question("", WEB, "GET", host, "/a", List.of(headers)), 1_000));
    }

    private static Explanation ask(String yaml, Set<String> empty, Header... headers) {
        return ask(snapshot(yaml), empty, "shop.mesh", headers);
    }

    private static String shop(String route) {
        return """
        l7:
          services:
            shop:
              port: 80
              pools: {stable: {dns: a.example}, next: {dns: b.example}}
              routes:
                - %s
        """
                .formatted(route);
    }

    @Test
    void saysWhenASecondCopyIsDue() {
        String fixed = shop("{hedge: {after: 50ms}}");
        assertThat(ask(fixed, Set.of()).notes())
                .containsExactly(
                        "hedge (c.yml:7): after 50ms without an answer a second copy goes to another endpoint;"
                                + " at most 1% of the requests have one: 0 may be sent now, and the budget of retries has 100 left");
        assertThat(ask(shop("{hedge: {}}"), Set.of()).notes().getFirst())
                .startsWith(
                        "hedge (c.yml:7): no second copy yet: p99 is not known before 100 answers in 20 seconds, and there are 0;");
        assertThat(ask(shop("{hedge: {methods: [PUT]}}"), Set.of()).notes())
                .containsExactly(
                        "hedge (c.yml:7): such a request has no second copy, as its method is not PUT or it asks for a stream");
        assertThat(ask(fixed, Set.of(), new Header("accept", "text/event-stream")).notes())
                .singleElement()
                .asString()
                .contains("such a request has no second copy");
        assertThat(ask(shop("{hedge: {percent: 0%}}"), Set.of()).notes()).isEmpty();
        String refused = "{hedge: {after: 50ms}, deny: [{from: any}], mirror: {to: next}}";
        assertThat(ask(shop(refused), Set.of()).notes()).as("nothing of it happens").isEmpty();
        String answered = "{hedge: {after: 50ms}, respond: {code: 204}}";
        assertThat(ask(shop(answered), Set.of()).notes()).isEmpty();
    }

    @Test
    void saysHowFarARollOutIs() {
        FilterSnapshot snapshot =
                snapshot(
                        shop(
                                "{rollout: {to: next, steps: [5, 50], every: 10m, abort_if: {min_requests: 10}}}"));
        assertThat(ask(snapshot, Set.of(), "shop.mesh").notes())
                .containsExactly(
                        "rollout (c.yml:7): step 1 of 2: pool next gets 5% of the requests; the next step (50%) follows in 10m at the earliest, and after 10 more requests;"
                                + " no answer in this step yet; it stops when less than 98% are good");
        assertThat(ask(snapshot, Set.of(), "shop.mesh").pools())
                .extracting(one -> one.name() + " " + one.share())
                .containsExactly("stable 95.0", "next 5.0");
        var rollout =
                Objects.requireNonNull(
                        snapshot.services().getFirst().routes().inFile().getFirst().rollout());
        long now = System.currentTimeMillis();
        rollout.tick(now);
        for (int i = 0; i < 10; i++) {
            rollout.count(i < 5, 1_000_000);
        }
        rollout.tick(now);
        assertThat(ask(snapshot, Set.of(), "shop.mesh").notes())
                .singleElement()
                .asString()
                .contains(
                        "rollout (c.yml:7): stopped ",
                        " ago at step 1 of 2 (5%): 50.00% of 10 requests succeeded, which is below 98%; pool next gets no requests until");
        assertThat(ask(snapshot, Set.of(), "shop.mesh").pools()).hasSize(1);
    }

    @Test
    void aFaultForAllIsTheAnswer() {
        Explanation said = ask(shop("{fault: {delay: 20ms, code: 503}}"), Set.of());

        assertThat(said.answer()).isEqualTo("503 fault by fault (c.yml:7)");
        assertThat(said.passes()).isFalse();
        assertThat(said.notes())
                .containsExactly(
                        "fault (c.yml:7): all of such requests wait 20ms, then get 503 fault");
    }

    @Test
    void aFaultForSomeIsTold() {
        Explanation some = ask(shop("{fault: {percent: 10%, delay: 2s, slow: 1KiB}}"), Set.of());
        Explanation others = ask(shop("{fault: {code: 500, from: 'group:qa'}}"), Set.of());
        Explanation grpc = ask(shop("{fault: {grpc: unavailable}}"), Set.of());

        assertThat(some.answer()).isEqualTo("goes to an endpoint of stable");
        assertThat(some.notes())
                .containsExactly(
                        "fault (c.yml:7): 10.0% of such requests wait 2s, then get their answer at"
                                + " 1024 bytes a second");
        assertThat(others.passes()).isTrue();
        assertThat(others.notes()).containsExactly("fault (c.yml:7) is not for this caller");
        assertThat(grpc.notes())
                .containsExactly("fault (c.yml:7): all of such requests pass, as they are no gRPC");
        assertThat(
                        ask(
                                        shop("{fault: {grpc: unavailable}}"),
                                        Set.of(),
                                        new Header("content-type", "application/grpc"))
                                .answer())
                .isEqualTo("gRPC status 14 by fault (c.yml:7)");
    }

    @Test
    void aRouteThatAnswersHasNoSlowFault() {
        Explanation said = ask(shop("{respond: {code: 200}, fault: {delay: 1s}}"), Set.of());

        assertThat(said.answer()).isEqualTo("answered here");
        assertThat(said.notes())
                .containsExactly("fault (c.yml:7) does nothing, as the route answers by itself");
    }

    @Test
    void aSplitWithoutAnyWeightAnswers500() {
        Explanation said = ask(shop("{split: {stable: 0, next: 0}}"), Set.of());

        assertThat(said.answer()).isEqualTo("500 no_route, as every weight of the split is 0");
        assertThat(said.passes()).isFalse();
        assertThat(said.pools()).isEmpty();
    }

    @Test
    void anEmptyBranchIsTakenByTheOther() {
        Explanation said = ask(shop("{split: {stable: 95, next: 5}}"), Set.of("next"));

        assertThat(said.answer()).isEqualTo("goes to an endpoint of stable");
        assertThat(said.notes())
                .containsExactly(
                        "pool next has no endpoint: pool stable takes its requests (on_empty:"
                                + " fallback)");
        assertThat(said.passes()).isTrue();
    }

    @Test
    void anEmptyBranchThatFailsIsSaidWithItsShare() {
        String route = "{split: {stable: 95, next: 5}, on_empty: fail}";
        Explanation said = ask(shop(route), Set.of("next"));

        assertThat(said.answer())
                .isEqualTo("goes to an endpoint of stable, or 5.000% of them 503 no_endpoint");
        assertThat(said.notes())
                .containsExactly("pool next has no endpoint: 503 no_endpoint (on_empty: fail)");
        Explanation neither = ask(shop(route), Set.of("next", "stable"));
        assertThat(neither.answer()).isEqualTo("503 no_endpoint");
        assertThat(neither.passes()).isFalse();
    }

    @Test
    void aStickyCallerGoesOneWayAsItsRequestsDo() {
        FilterSnapshot snapshot =
                snapshot(shop("{split: {stable: 1, next: 1}, sticky: header:x-user}"));
        Set<String> ways = new java.util.TreeSet<>();
        for (int user = 0; user < 40; user++) {
            Explanation said =
                    ask(snapshot, Set.of(), "shop.mesh", new Header("x-user", "u" + user));
            assertThat(said.pools()).hasSize(1);
            ways.add(said.answer());
        }

        assertThat(ways)
                .containsExactly("goes to an endpoint of next", "goes to an endpoint of stable");
        assertThat(ask(snapshot, Set.of(), "shop.mesh").pools()).hasSize(2);
    }

    @Test
    void anEjectedEndpointIsNamed() {
        FilterSnapshot snapshot = snapshot(shop("{to: next}"));
        Service service = Objects.requireNonNull(snapshot.service(ServiceSide.OUTBOUND, "shop"));
        var breaker =
                new dev.asterism.l7.breaker.Breaker(
                        service.spec().upstream().breaker(),
                        service.ejections("next").join(ADDRESS));
        breaker.eject(1_000, 0, dev.asterism.l7.breaker.Ejection.NO_PROBE);

        assertThat(ask(snapshot, Set.of(), "shop.mesh").notes())
                .containsExactly(
                        "endpoint next-1 is ejected for 1s more",
                        "pool next: 0 of 1 endpoints are healthy and not ejected, less than 50%, so all of them get"
                                + " requests (breaker.panic)");
    }

    @Test
    void aBranchWithUnhealthyEndpointsOnlyIsTakenByTheOther() {
        Explanation said = askUnhealthy("{split: {stable: 95, next: 5}}", "next");

        assertThat(said.answer()).isEqualTo("goes to an endpoint of stable");
        assertThat(said.notes())
                .containsExactly(
                        "pool next has no endpoint that is healthy and not ejected: pool stable takes its requests"
                                + " (on_empty: fallback)");
    }

    @Test
    void whereAllAreUnhealthyItSaysThatTheyAreAskedAllTheSame() {
        Explanation said = askUnhealthy("{to: next}", "next");

        assertThat(said.answer()).isEqualTo("goes to an endpoint of next");
        assertThat(said.notes())
                .containsExactly(
                        "pool next: 0 of 1 endpoints are healthy and not ejected, less than 50%, so all of them get"
                                + " requests (breaker.panic)");
    }

    private static Explanation askUnhealthy(String route, String unhealthy) {
        return Objects.requireNonNull(
                new RequestExplainer(
                                snapshot(shop(route)),
                                pool ->
                                        new EndpointSet(
                                                List.of(
                                                        new EndpointSet.Entry(
                                                                pool.pool() + "-1",
                                                                ADDRESS,
                                                                1,
                                                                Long.MAX_VALUE,
                                                                !pool.pool().equals(unhealthy),
                                                                PathFacts.NONE))))
                        .explain(
                                new Question("", WEB, "GET", "shop.mesh", "/a", List.of()), 1_000));
    }

    @Test
    void aBranchWithEjectedEndpointsOnlyIsTakenByTheOther() {
        FilterSnapshot snapshot = snapshot(shop("{split: {stable: 95, next: 5}}"));
        Service service = Objects.requireNonNull(snapshot.service(ServiceSide.OUTBOUND, "shop"));
        new dev.asterism.l7.breaker.Breaker(
                        service.spec().upstream().breaker(),
                        service.ejections("next").join(ADDRESS))
                .eject(1_000, 0, dev.asterism.l7.breaker.Ejection.NO_PROBE);

        Explanation said = ask(snapshot, Set.of(), "shop.mesh");

        assertThat(said.answer()).isEqualTo("goes to an endpoint of stable");
        assertThat(said.notes())
                .containsExactly(
                        "endpoint next-1 is ejected for 1s more",
                        "pool next has no endpoint that is healthy and not ejected: pool stable takes its requests"
                                + " (on_empty: fallback)");
    }

    @Test
    void aBranchWhoseEndpointsAreAllUnwellIsTakenByTheOther() {
        EndpointSet unwell =
                new EndpointSet(
                        List.of(
                                new EndpointSet.Entry(
                                        "next-1",
                                        ADDRESS,
                                        1,
                                        Long.MAX_VALUE,
                                        false,
                                        PathFacts.NONE)));
        Explanation said =
                Objects.requireNonNull(
                        new RequestExplainer(
                                        snapshot(shop("{split: {stable: 95, next: 5}}")),
                                        pool ->
                                                pool.pool().equals("next")
                                                        ? unwell
                                                        : endpoints(pool, Set.of()))
                                .explain(
                                        new Question("", WEB, "GET", "shop.mesh", "/a", List.of()),
                                        1_000));

        assertThat(said.answer()).isEqualTo("goes to an endpoint of stable");
        assertThat(said.notes())
                .containsExactly(
                        "pool next has no endpoint that is healthy and not ejected: pool stable takes its requests"
                                + " (on_empty: fallback)");
    }

    @Test
    void anUnknownHostHasNoRoute() {
        Explanation said = ask(snapshot(shop("{to: next}")), Set.of(), "nobody.mesh");

        assertThat(said.passes()).isFalse();
        assertThat(said.answer())
                .isEqualTo("404 no_route, as no service answers to the host \"nobody.mesh\"");
        assertThat(said.routing()).containsExactly("services are shop");
    }

    @Test
    void aDeadlineThatIsOverIsTheAnswer() {
        assertThat(ask(shop("{to: next}"), Set.of(), new Header("x-mesh-deadline", "0")).answer())
                .startsWith("504 deadline");
    }

    // --- what this node offers ---

    private static final String API =
            """
            l7:
              on_failure: closed
              serve:
                api:
                  port: 80
                  to: 127.0.0.1:9090
                  mode: MODE
                  deny: [{from: "group:bad"}]
                  allow: [{from: "group:web", method: GET}]
                  limit: {per_peer: 1/s burst 2, total: 100/s burst 10}
                  routes:
                    - {match: {prefix: /}, limit: {per_peer: 10/s burst 1}}
            """;

    private static Explanation api(FilterSnapshot snapshot, Caller from, String method) {
        return Objects.requireNonNull(
                new RequestExplainer(snapshot, pool -> endpoints(pool, Set.of()))
                        .explain(new Question("api", from, method, "", "/a", List.of()), 1_000));
    }

    @Test
    void rulesAreNamedWithTheirPlace() {
        FilterSnapshot enforced = snapshot(API.replace("MODE", "enforce"));
        Caller bad = new Caller("x", List.of("bad"), "10.42.0.9", "cd", "mesh");

        assertThat(api(enforced, bad, "GET").answer()).isEqualTo("403, denied by deny 1 (c.yml:8)");
        assertThat(api(enforced, WEB, "POST").answer())
                .startsWith("403, denied, no allow matches (closest: allow 1 (c.yml:9)");
        assertThat(api(enforced, WEB, "GET").rules())
                .containsExactly("allowed by allow 1 (c.yml:9)");
        Explanation audited = api(snapshot(API.replace("MODE", "audit")), bad, "GET");
        assertThat(audited.passes()).isTrue();
        assertThat(audited.rules())
                .containsExactly("denied by deny 1 (c.yml:8); it passes, as the mode is audit");
    }

    @Test
    void ratesAreNamedAndWhetherTheCallerIsOverThem() {
        FilterSnapshot snapshot = snapshot(API.replace("MODE", "enforce"));
        assertThat(api(snapshot, WEB, "GET").notes())
                .containsExactly(
                        "limit (c.yml:10): 1/s burst 2 for this caller, 100/s for all; over it requests get 429"
                                + " rate_limited",
                        "limit (c.yml:12): 10/s for this caller, unlimited for all; over it requests get 429"
                                + " rate_limited");
        Service service = Objects.requireNonNull(snapshot.service(ServiceSide.INBOUND, "api"));
        var limiter = Objects.requireNonNull(service.limiter(RouteSpec.OF_SERVICE));
        limiter.tryPass(WEB, 1_000);
        assertThat(api(snapshot, WEB, "GET").passes()).as("asking takes nothing").isTrue();
        limiter.tryPass(WEB, 1_000);

        Explanation over = api(snapshot, WEB, "GET");

        assertThat(over.answer()).isEqualTo("429 rate_limited by limit (c.yml:10)");
        assertThat(over.passes()).isFalse();
        assertThat(over.notes()).contains("the caller is over it now, for 1s more");
    }

    @Test
    void aRateIsNamedWithItsPlaceAfterAReload() {
        FilterSnapshot before = snapshot(API.replace("MODE", "enforce"));
        String moved = "# one line more\n" + API.replace("MODE", "enforce");
        FilterSnapshot after = FilterSnapshot.of(FilterFiles.config(moved).spec("me"), before, 0);

        assertThat(api(after, WEB, "GET").notes())
                .first()
                .asString()
                .startsWith("limit (c.yml:11): ");
    }

    /** The filter drops what only it may say, before rules and routes look at a request. */
    @Test
    void fieldsThatRealRequestsLoseDoNotMatch() {
        FilterSnapshot snapshot =
                snapshot(
                        """
                        l7:
                          serve:
                            api:
                              port: 80
                              to: 127.0.0.1:9090
                              routes:
                                - {match: {header: {x-mesh-peer: a}}}
                        """);
        Explanation said =
                Objects.requireNonNull(
                        new RequestExplainer(snapshot, pool -> endpoints(pool, Set.of()))
                                .explain(
                                        new Question(
                                                "api",
                                                WEB,
                                                "GET",
                                                "",
                                                "/a",
                                                List.of(new Header("x-mesh-peer", "a"))),
                                        1_000));

        assertThat(said.route()).as("the one for the rest").startsWith("route 'rest'");
    }
}
