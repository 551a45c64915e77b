package dev.asterism.l7.runtime;

import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.io.Batch;
import dev.asterism.l7.pool.AddressLookup;
import dev.asterism.l7.pool.PeerDirectory;
import dev.asterism.l7.telemetry.FilterMetrics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What surrounds a filter on real sockets that has no mesh around it: no peer, and no name that can be looked up. */
public final class NoPeers implements PeerDirectory {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private NoPeers() {}

    /**
     * @param self what the node calls itself
     * @param faults is told of faults of the filter's own, on any loop's thread
     */
    public static FilterRuntime.Surroundings around(
            Caller self, FilterMetrics metrics, Batch.Faults faults) {
        return new FilterRuntime.Surroundings(
                self,
                new NoPeers(),
                (_, answer) ->
                        answer.accept(
                                new AddressLookup.Answer(List.of(), Duration.ofMinutes(1), true)),
                metrics,
                0,
                () -> ThreadLocalRandom.current().nextLong(),
                (_, _, _) -> {},
                faults,
                _ -> {},
                RolloutKeeper.NONE);
    }

    /** Endpoints are published by another thread, and taken over by the loops as a task. */
    public static void awaitEndpoints(FilterRuntime filter) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        var pools = filter.snapshot().pools().keySet();
        while (pools.stream().anyMatch(pool -> filter.endpoints(pool).entries().isEmpty())) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("a pool of " + pools + " has no endpoint");
            }
            LockSupport.parkNanos(100_000);
        }
    }

    @Override
    public List<Peer> peers() {
        return List.of();
    }

    @Override
    public void onChange(Runnable listener) {
        // nobody comes
    }
}
