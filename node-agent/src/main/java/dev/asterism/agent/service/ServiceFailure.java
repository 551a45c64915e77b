package dev.asterism.agent.service;

/** A service could not start or follow a reload; the message is for people. */
public final class ServiceFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    public ServiceFailure(String message) {
        super(message);
    }

    public ServiceFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
