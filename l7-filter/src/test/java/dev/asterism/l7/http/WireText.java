package dev.asterism.l7.http;

/** Messages of HTTP/1 in tests, in pieces of a line's length. */
public final class WireText {

    private WireText() {}

    public static String text(String... pieces) {
        return String.join("", pieces);
    }
}
