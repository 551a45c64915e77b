package dev.asterism.cert.serve;

/** The server's files or database cannot be used; the message says what to do, for the person at the terminal. */
public final class ServeException extends Exception {

    private static final long serialVersionUID = 1L;

    public ServeException(String message) {
        super(message);
    }

    ServeException(String message, Throwable cause) {
        super(message, cause);
    }
}
