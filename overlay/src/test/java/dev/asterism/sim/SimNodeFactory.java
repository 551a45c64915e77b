package dev.asterism.sim;

/** Starts a node on a host; called again for every restart. */
@FunctionalInterface
public interface SimNodeFactory {
    SimNode start(SimEnvironment environment);
}
