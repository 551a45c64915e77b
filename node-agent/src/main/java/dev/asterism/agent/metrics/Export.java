package dev.asterism.agent.metrics;

import dev.asterism.agent.service.ServiceFailure;
import dev.asterism.overlay.config.OverlayConfig.Stats;
import dev.asterism.overlay.config.OverlayConfig.StatsType;
import dev.asterism.overlay.net.HostAddr;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What runs while metrics are on: a server or a reporter. */
final class Export implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("asterism");

    /** As Nebula's. */
    private static final Duration GRAPHITE_PATIENCE = Duration.ofSeconds(30);

    private final AutoCloseable running;

    private Export(AutoCloseable running) {
        this.running = running;
    }

    /**
     * Starts it.
     *
     * @param stats whose type is not NONE
     * @throws ServiceFailure when the address cannot be had
     */
    static Export of(MeteredNode node, Stats stats) {
        return new Export(
                stats.type() == StatsType.PROMETHEUS
                        ? prometheus(node, stats)
                        : graphite(node, stats));
    }

    private static AutoCloseable prometheus(MeteredNode node, Stats stats) {
        HostAddr listen = Objects.requireNonNull(stats.listen());
        String shown = (listen.host().isEmpty() ? "*" : listen.host()) + ":" + listen.port();
        try {
            InetSocketAddress address =
                    listen.host().isEmpty()
                            ? new InetSocketAddress(listen.port())
                            : new InetSocketAddress(listen.host(), listen.port());
            if (address.isUnresolved()) {
                throw new IOException("the name could not be resolved");
            }
            MetricsServer server =
                    new MetricsServer(address, stats.path(), exposition(node, stats));
            LOG.atInfo()
                    .setMessage("Starting prometheus stats listener")
                    .addKeyValue("addr", shown)
                    .addKeyValue("path", stats.path())
                    .log();
            return server;
        } catch (IOException e) {
            throw new ServiceFailure("stats.listen " + shown + ": " + e.getMessage(), e);
        }
    }

    static Exposition exposition(MeteredNode node, Stats stats) {
        return new Exposition(
                        stats,
                        NebulaMetrics.of(node, stats),
                        OwnMetrics.of(node),
                        List.of(
                                "version", node.version(),
                                "goversion", "none, Java " + Runtime.version(),
                                "boringcrypto", "false",
                                "fips140Version", "none",
                                "fips140Enabled", "false",
                                "fips140Enforced", "false"),
                        node::read)
                .with(node.others());
    }

    private static AutoCloseable graphite(MeteredNode node, Stats stats) {
        HostAddr host = Objects.requireNonNull(stats.host());
        List<Metric> metrics =
                Stream.concat(NebulaMetrics.of(node, stats).stream(), OwnMetrics.of(node).stream())
                        .toList();
        LOG.atInfo()
                .setMessage("Starting graphite stats")
                .addKeyValue("interval", stats.interval())
                .addKeyValue("prefix", stats.prefix())
                .addKeyValue("addr", host.host() + ":" + host.port())
                .log();
        return new GraphiteReporter(
                stats.interval(),
                new GraphiteText(stats.prefix(), stats.interval(), metrics),
                new GraphiteConnection(host, stats.protocol(), GRAPHITE_PATIENCE),
                node::read);
    }

    @Override
    public void close() {
        try {
            running.close();
        } catch (Exception e) {
            LOG.atWarn()
                    .setMessage("Could not stop the metrics export")
                    .addKeyValue("error", e.toString())
                    .log();
        }
    }
}
