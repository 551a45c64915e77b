package dev.asterism.agent.app;

/** The node cannot start, for a reason outside of its configuration; the message says what to do. */
final class StartFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StartFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
