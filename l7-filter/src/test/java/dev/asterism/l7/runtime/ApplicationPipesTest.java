package dev.asterism.l7.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.authz.AuthzSpec;
import dev.asterism.l7.authz.RuleSpec;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.identity.Selector;
import dev.asterism.l7.limit.Rate;
import dev.asterism.l7.limit.RatePolicy;
import dev.asterism.l7.match.MatchSpec;
import dev.asterism.l7.pool.PoolSpec;
import dev.asterism.l7.proxy.ServiceSide;
import dev.asterism.l7.proxy.ServiceSpec;
import dev.asterism.l7.proxy.TrafficPolicy;
import dev.asterism.l7.proxy.UpstreamPolicy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class ApplicationPipesTest {

    private static final Caller WEB = new Caller("web-1", List.of("web"), "10.0.0.1", "f", "");

    private static AuthzSpec deny(String from) {
        RuleSpec rule = new RuleSpec(MatchSpec.ALL.withFrom(Selector.parse(from)), "test.yml:1");
        return new AuthzSpec(AuthzSpec.Mode.ENFORCE, List.of(rule), List.of());
    }

    @Test
    void refusesWhomARuleMayMean() {
        assertThat(ApplicationPipes.admits(deny("group:web"), WEB)).isFalse();
        assertThat(ApplicationPipes.admits(deny("group:qa"), WEB)).isTrue();
        assertThat(ApplicationPipes.admits(deny("group:qa"), Caller.UNKNOWN)).isFalse();
        assertThat(ApplicationPipes.admits(deny("!group:qa"), Caller.UNKNOWN)).isFalse();
        assertThat(ApplicationPipes.admits(AuthzSpec.NONE, Caller.UNKNOWN)).isTrue();
    }

    @Test
    void hasNoPipesWhereRequestsAreCounted() {
        Rate rate = new Rate(10, Duration.ofSeconds(1), 10);
        RatePolicy limit = new RatePolicy(rate, Rate.UNLIMITED, List.of(), false, "test.yml:1");

        assertThat(ApplicationPipes.carriesPipes(service(RatePolicy.NONE), false)).isTrue();
        assertThat(ApplicationPipes.carriesPipes(service(limit), false)).isFalse();
        assertThat(ApplicationPipes.carriesPipes(service(limit), true)).isTrue();
    }

    @Test
    void anApplicationOfHttpDoesNotSpeakFirst() {
        ServiceSpec usual = service(RatePolicy.NONE);
        assertThat(ApplicationPipes.mayBegin(usual)).isTrue();
        for (UpstreamPolicy.Protocol named :
                List.of(UpstreamPolicy.Protocol.HTTP_1, UpstreamPolicy.Protocol.HTTP_2)) {
            assertThat(ApplicationPipes.mayBegin(service(RatePolicy.NONE, named))).isFalse();
        }
    }

    private static ServiceSpec service(RatePolicy limit) {
        return service(limit, UpstreamPolicy.Protocol.AUTO);
    }

    private static ServiceSpec service(RatePolicy limit, UpstreamPolicy.Protocol protocol) {
        SequencedMap<String, PoolSpec> pools = new LinkedHashMap<>();
        pools.put(ServiceSpec.DEFAULT_POOL, new PoolSpec.Static(List.of(), ""));
        TrafficPolicy usual = TrafficPolicy.STANDARD;
        return new ServiceSpec(
                "orders",
                ServiceSide.INBOUND,
                List.of(),
                80,
                pools,
                new UpstreamPolicy(
                        UpstreamPolicy.STANDARD.balance(),
                        UpstreamPolicy.STANDARD.breaker(),
                        UpstreamPolicy.STANDARD.max(),
                        protocol),
                new TrafficPolicy(usual.retry(), usual.timeout(), limit),
                List.of(),
                List.of(),
                AuthzSpec.NONE,
                "test.yml:1");
    }
}
