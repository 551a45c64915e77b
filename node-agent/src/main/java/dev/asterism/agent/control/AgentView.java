package dev.asterism.agent.control;

import dev.asterism.agent.service.ReloadReport;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The process around the node.
 *
 * @param device name of the network device; {@code none} without one
 * @param lastReload null before the first one
 */
public record AgentView(
        String version,
        long pid,
        Duration uptime,
        String config,
        String device,
        String listens,
        String logLevel,
        @Nullable ReloadReport lastReload) {}
