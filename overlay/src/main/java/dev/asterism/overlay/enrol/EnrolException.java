package dev.asterism.overlay.enrol;

/** A token or a message that cannot be used; the message is for people and repeats no secret. */
public final class EnrolException extends Exception {

    private static final long serialVersionUID = 1L;

    public EnrolException(String message) {
        super(message);
    }
}
