package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.config.FilterFiles;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.io.MemoryConn;
import dev.asterism.l7.limit.RateLimiter;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a configuration counts goes on when another takes its place, wherever the lines are by then. */
class ReloadedCountsTest {

    private static final Caller WEB = MeshRig.WEB;

    private static final String LIMITED =
            """
            l7:
              serve:
                api:
                  port: 80
                  to: 127.0.0.1:9090
                  limit: {per_peer: 1/s burst 2}
                  routes:
                    - {match: {prefix: /search}, limit: {per_peer: 1/s burst 3}}
            """;

    private static FilterSnapshot snapshot(String yaml, FilterSnapshot previous) {
        return FilterSnapshot.of(FilterFiles.config(yaml).spec("me"), previous, 0);
    }

    private static RateLimiter limiter(FilterSnapshot snapshot, String prefix) {
        Service service = Objects.requireNonNull(snapshot.service(ServiceSide.INBOUND, "api"));
        int policy =
                service.spec().routes().stream()
                        .filter(route -> route.match().path().text().equals(prefix))
                        .findFirst()
                        .orElseThrow()
                        .policy();
        return Objects.requireNonNull(service.limiter(policy));
    }

    private static void use(RateLimiter limiter, int times) {
        for (int i = 0; i < times; i++) {
            assertThat(limiter.tryPass(WEB, 0)).isZero();
        }
        assertThat(limiter.tryPass(WEB, 0)).isPositive();
    }

    @Test
    void aRateIsNotRefilledWhenItsLineMoves() {
        FilterSnapshot first = FilterSnapshot.of(FilterFiles.config(LIMITED).spec("me"), null, 0);
        use(limiter(first, "/search"), 3);
        use(Objects.requireNonNull(first.services().getFirst().limiter(-1)), 2);

        FilterSnapshot moved = snapshot("# a comment\n\n" + LIMITED, first);

        assertThat(limiter(moved, "/search").tryPass(WEB, 0)).isPositive();
        assertThat(Objects.requireNonNull(moved.services().getFirst().limiter(-1)).tryPass(WEB, 0))
                .isPositive();
    }

    @Test
    void aRateStaysWithItsRouteWhenAnotherIsPutBeforeIt() {
        FilterSnapshot first = FilterSnapshot.of(FilterFiles.config(LIMITED).spec("me"), null, 0);
        use(limiter(first, "/search"), 3);

        FilterSnapshot more =
                snapshot(
                        LIMITED.replace(
                                "routes:\n",
                                "routes:\n        - {match: {prefix: /new}, limit: {per_peer: 1/s"
                                        + " burst 3}}\n"),
                        first);

        use(limiter(more, "/new"), 3);
        assertThat(limiter(more, "/search").tryPass(WEB, 0)).isPositive();
    }

    @Test
    void anotherRateBeginsAnew() {
        FilterSnapshot first = FilterSnapshot.of(FilterFiles.config(LIMITED).spec("me"), null, 0);
        use(limiter(first, "/search"), 3);

        FilterSnapshot faster = snapshot(LIMITED.replace("burst 3", "burst 4"), first);

        use(limiter(faster, "/search"), 4);
    }

    @Test
    void failuresOfTheWindowAreNotForgottenWhenTheBreakersLineMoves() {
        MeshRig rig = new MeshRig(spec("a.yml:3"), 1).endpoints(1);
        fail(rig, 4);
        rig.reload(spec("a.yml:9"));
        assertThat(rig.observer().ejections()).isEmpty();

        fail(rig, 1);

        assertThat(rig.observer().ejections()).containsExactly("n1 is ejected");
    }

    private static void fail(MeshRig rig, int times) {
        for (int i = 0; i < times; i++) {
            MemoryConn client = rig.client();
            client.arrive(MeshRig.GET);
            rig.asked().answers(503);
        }
    }

    private static ServiceSpec spec(String source) {
        UpstreamPolicy usual = UpstreamPolicy.STANDARD;
        var breaker = usual.breaker();
        return MeshRig.spec(
                ServiceSide.OUTBOUND,
                new UpstreamPolicy(
                        usual.balance(),
                        new dev.asterism.l7.breaker.BreakerPolicy(
                                0,
                                0.8,
                                breaker.window(),
                                breaker.samples(),
                                breaker.ejectLeast(),
                                breaker.ejectMost(),
                                breaker.shares(),
                                source),
                        usual.max(),
                        usual.protocol()),
                TrafficPolicy.STANDARD,
                List.of(),
                dev.asterism.l7.authz.AuthzSpec.NONE);
    }
}
