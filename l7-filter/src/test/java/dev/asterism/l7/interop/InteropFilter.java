package dev.asterism.l7.interop;

import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.config.FilterFiles;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.pool.AddressLookup;
import dev.asterism.l7.pool.PeerDirectory;
import dev.asterism.l7.runtime.FilterRuntime;
import dev.asterism.l7.runtime.RolloutKeeper;
import dev.asterism.l7.telemetry.AccessLog;
import dev.asterism.l7.telemetry.FilterMetrics;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;

/** A filter with a service that has one endpoint: a server on the loopback device. */
final class InteropFilter implements AutoCloseable {

    private final Queue<RuntimeException> faults = new ConcurrentLinkedQueue<>();
    private final FilterRuntime runtime;
    private final int port;

    /**
     * @param version of HTTP that the server is spoken to in, 1 or 2
     * @param serverPort where it listens
     */
    InteropFilter(int version, int serverPort) throws IOException {
        this(version, serverPort, "");
    }

    /** With a part of the service's configuration. */
    InteropFilter(int version, int serverPort, String more) throws IOException {
        FilterConfig config =
                FilterFiles.config(
                        """
                        l7:
                          enabled: true
                          listen: ["127.0.0.1:%d"]
                          services:
                            app:
                              port: 80
                              hosts: [127.0.0.1, localhost]
                              protocol: http%d
                              pool: {static: ["127.0.0.1:%d"]}
                              %s
                        """
                                .formatted(freePort(), version, serverPort, more));
        runtime = runtime(config);
        port = runtime.listen(config.listen().getFirst()).port();
        var pools = runtime.snapshot().pools().keySet();
        while (pools.stream().anyMatch(pool -> runtime.endpoints(pool).entries().isEmpty())) {
            Thread.onSpinWait();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    private FilterRuntime runtime(FilterConfig config) {
        return new FilterRuntime(
                config,
                new FilterRuntime.Surroundings(
                        new Caller("me", List.of("web"), "10.42.0.1", "ab", "mesh"),
                        new NoPeers(),
                        (_, answer) ->
                                answer.accept(
                                        new AddressLookup.Answer(
                                                List.of(), Duration.ofMinutes(1), true)),
                        new FilterMetrics(config, new AccessLog(config)),
                        0,
                        () -> ThreadLocalRandom.current().nextLong(),
                        (_, _, _) -> {},
                        faults::add,
                        _ -> {},
                        RolloutKeeper.NONE));
    }

    int port() {
        return port;
    }

    /** Of ours so far. */
    Queue<RuntimeException> faults() {
        return faults;
    }

    @Override
    public void close() {
        runtime.close();
    }

    private static final class NoPeers implements PeerDirectory {

        @Override
        public List<Peer> peers() {
            return List.of();
        }

        @Override
        public void onChange(Runnable listener) {
            // nobody comes
        }
    }
}
