package dev.asterism.agent.service;

import dev.asterism.overlay.config.OverlayConfig;
import java.time.Duration;

/**
 * Something that runs beside the node on threads of its own: the state file, the control socket,
 * metrics. The agent's main thread calls {@link #start} once the node is ready, so that what loads
 * late delays nobody; {@link #reload} after each applied reload; {@link #stop} at the end, in the
 * reverse order and for a bounded time.
 */
public interface AgentService {

    /** As log lines name it. */
    String name();

    /**
     * Begins; should not take long.
     *
     * @throws ServiceFailure when it cannot; the node runs on without it
     */
    void start();

    /**
     * A new configuration is in force.
     *
     * @throws ServiceFailure when the service cannot follow; what ran before goes on
     */
    default void reload(OverlayConfig config) {}

    /** How long {@link #leave} may take for what others have begun, beyond what it takes to tell them. */
    default Duration leaving() {
        return Duration.ZERO;
    }

    /**
     * The node is about to end, and its tunnels still work: others may be told, and what they have begun may end. Must
     * not throw, and returns soon after an interrupt.
     */
    default void leave() {}

    /** Ends, also when it was never started. Must not throw. */
    void stop();
}
