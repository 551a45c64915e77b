package dev.asterism.l7.interop;

import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.config.FilterFiles;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.runtime.FilterRuntime;
import dev.asterism.l7.runtime.NoPeers;
import dev.asterism.l7.telemetry.AccessLog;
import dev.asterism.l7.telemetry.FilterMetrics;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

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
                                .formatted(ProgramServer.freePort(), version, serverPort, more));
        runtime = runtime(config);
        port = runtime.listen(config.listen().getFirst()).port();
        NoPeers.awaitEndpoints(runtime);
    }

    private FilterRuntime runtime(FilterConfig config) {
        return new FilterRuntime(
                config,
                NoPeers.around(
                        new Caller("me", List.of("web"), "10.42.0.1", "ab", "mesh"),
                        new FilterMetrics(config, new AccessLog(config)),
                        faults::add));
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
}
