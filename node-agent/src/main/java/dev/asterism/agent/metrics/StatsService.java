package dev.asterism.agent.metrics;

import dev.asterism.agent.service.AgentService;
import dev.asterism.agent.service.ServiceFailure;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.config.OverlayConfig.Stats;
import dev.asterism.overlay.config.OverlayConfig.StatsType;
import org.jspecify.annotations.Nullable;

/** {@code stats}: nothing, Prometheus or Graphite, as the configuration says, at each reload anew. */
public final class StatsService implements AgentService {

    private final MeteredNode node;

    /** What is wanted. */
    private Stats stats;

    /** What runs with it; null when nothing does. */
    private @Nullable Export export;

    /**
     * @param stats of the configuration in force
     */
    public StatsService(MeteredNode node, Stats stats) {
        this.node = node;
        this.stats = stats;
    }

    @Override
    public String name() {
        return "stats";
    }

    @Override
    public synchronized void start() {
        if (stats.type() != StatsType.NONE) {
            export = Export.of(node, stats);
        }
    }

    /** Starts again what could not start before, even if nothing has changed: the reason may be gone. */
    @Override
    public synchronized void reload(OverlayConfig config) {
        Stats before = stats;
        boolean runs = export != null || before.type() == StatsType.NONE;
        if (runs && config.stats().equals(before)) {
            return;
        }
        stop();
        stats = config.stats();
        try {
            start();
        } catch (ServiceFailure e) {
            throw new ServiceFailure(e.getMessage() + restored(before), e);
        }
    }

    private String restored(Stats before) {
        if (before.type() == StatsType.NONE) {
            return "";
        }
        try {
            export = Export.of(node, before);
            return "; what ran before goes on";
        } catch (ServiceFailure e) {
            return "";
        }
    }

    @Override
    public synchronized void stop() {
        if (export != null) {
            export.close();
            export = null;
        }
    }
}
