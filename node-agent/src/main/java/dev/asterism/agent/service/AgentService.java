package dev.asterism.agent.service;

import dev.asterism.overlay.config.OverlayConfig;

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

    /** The node is about to end, and its tunnels still work: others may be told. Bounded, and must not throw. */
    default void leave() {}

    /** Ends, also when it was never started. Must not throw. */
    void stop();
}
