package dev.asterism.agent.control;

/** A request that cannot be answered with yes: becomes the {@code error} of an answer. The message is for people. */
public final class ControlFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** As answers carry it; stable. */
    public enum Code {
        /** Not JSON, no such verb, a value that cannot be read. */
        BAD_REQUEST,
        /** No such peer, or nothing known of it. */
        NOT_FOUND,
        /** The caller may not do that. */
        DENIED,
        /** The node did not answer in time. */
        TIMEOUT,
        /** Too many connections. */
        BUSY
    }

    private final Code code;

    public ControlFailure(Code code, String message) {
        super(message);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
