package dev.asterism.agent.client;

/** The verb cannot be done; the message is for people. */
final class ClientFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int exitCode;

    ClientFailure(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
