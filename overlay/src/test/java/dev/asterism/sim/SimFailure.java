package dev.asterism.sim;

/** A failed simulation: the message says how to see it again. */
public final class SimFailure extends AssertionError {

    private static final long serialVersionUID = 1L;

    SimFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
