package dev.asterism.agent.enrol;

/** No certificate; the message says why, for the host's operator. */
final class EnrolFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final Kind kind;

    EnrolFailure(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** What can be done about it. */
    enum Kind {
        /** The server said no; it will say so again. */
        REFUSED,
        /** No answer, or the server has a problem; it may work later. */
        UNREACHABLE,
        /** Of this host. */
        FILES
    }

    Kind kind() {
        return kind;
    }
}
