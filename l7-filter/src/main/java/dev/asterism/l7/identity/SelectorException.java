package dev.asterism.l7.identity;

/** A selector that cannot be read. The message says what is wrong and what may stand there. */
public final class SelectorException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    private final int position;
    private final String nearest;

    SelectorException(String message, int position, String nearest) {
        super(message);
        this.position = position;
        this.nearest = nearest;
    }

    /** Of the first wrong character, from 0; the text's length when something is missing at its end. */
    public int position() {
        return position;
    }

    /** The word that was meant, empty when none is near. */
    public String nearest() {
        return nearest;
    }
}
