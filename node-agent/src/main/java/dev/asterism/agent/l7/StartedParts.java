package dev.asterism.agent.l7;

import java.util.ArrayDeque;

/**
 * The parts of something that have started so far, to be closed again when a later part fails to start. One thread.
 */
final class StartedParts {

    private final ArrayDeque<AutoCloseable> parts = new ArrayDeque<>();

    /** Returns it: it runs from now on. */
    <T extends AutoCloseable> T add(T part) {
        parts.push(part);
        return part;
    }

    /** Closes the latest first; what fails meanwhile is added to {@code failure} as suppressed. */
    void closeAfter(Throwable failure) {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                failure.addSuppressed(e);
            }
        }
    }
}
