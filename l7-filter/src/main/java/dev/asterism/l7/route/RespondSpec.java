package dev.asterism.l7.route;

/**
 * A fixed answer.
 *
 * @param code 200 to 599
 * @param body short, sent as text/plain in UTF-8; may be empty
 */
public record RespondSpec(int code, String body) {

    /** No more characters than this. */
    public static final int MOST_CHARACTERS = 4096;

    public RespondSpec {
        if (code < 200 || code > 599) {
            throw new IllegalArgumentException("not a status of 200 to 599: " + code);
        }
        if (body.length() > MOST_CHARACTERS) {
            throw new IllegalArgumentException("longer than " + MOST_CHARACTERS + " characters");
        }
    }
}
