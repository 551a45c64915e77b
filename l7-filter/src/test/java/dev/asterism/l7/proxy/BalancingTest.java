package dev.asterism.l7.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.balance.BalancePolicy;
import dev.asterism.l7.breaker.BreakerPolicy;
import dev.asterism.l7.limit.MaxPolicy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which endpoints get the requests of a busy service. */
class BalancingTest {

    private static final BreakerPolicy NO_BREAKER =
            new BreakerPolicy(
                    0,
                    0,
                    Duration.ofSeconds(10),
                    5,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(60),
                    new BreakerPolicy.Shares(0.5, 0.5),
                    "");

    private static MeshRig rig(long seed) {
        UpstreamPolicy upstream =
                new UpstreamPolicy(
                        BalancePolicy.STANDARD,
                        NO_BREAKER,
                        MaxPolicy.STANDARD,
                        UpstreamPolicy.Protocol.AUTO);
        ServiceSpec spec =
                MeshRig.spec(
                        ServiceSide.OUTBOUND,
                        upstream,
                        TrafficPolicy.STANDARD,
                        List.of(),
                        dev.asterism.l7.authz.AuthzSpec.NONE);
        return new MeshRig(spec, seed).endpoints(1, 2, 3, 4);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aSlowEndpointGetsUnderFivePercentWithinTenSeconds(long seed) {
        Simulation simulation = new Simulation(rig(seed), seed);
        simulation.server(1, 100, 5_000_000, 200);
        simulation.server(2, 100, 5_000_000, 200);
        simulation.server(3, 100, 5_000_000, 200);
        simulation.server(4, 100, 500_000_000, 200);

        Simulation.Results first = simulation.run(10, 200);
        Simulation.Results later = simulation.run(10, 200);

        assertThat(first.share(4)).as("seed %d: %s", seed, first).isLessThan(0.05);
        assertThat(later.share(4)).as("seed %d: %s", seed, later).isLessThan(0.05);
        assertThat(later.share(1)).as("seed %d: %s", seed, later).isBetween(0.2, 0.5);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void anEndpointThatFailsFastDoesNotAttractTraffic(long seed) {
        Simulation simulation = new Simulation(rig(seed), seed);
        simulation.server(1, 100, 5_000_000, 200);
        simulation.server(2, 100, 5_000_000, 200);
        simulation.server(3, 100, 5_000_000, 200);
        simulation.server(4, 100, 100_000, 503);

        Simulation.Results results = simulation.run(20, 200);

        assertThat(results.share(4)).as("seed %d: %s", seed, results).isLessThan(0.05);
    }
}
