package dev.asterism.l7.http;

/** Messages of ours in chunks, compared by what they say. */
public final class ChunkedText {

    private static final String FIELD = "\r\ntransfer-encoding: chunked\r\n";

    private ChunkedText() {}

    /**
     * The messages with the data of a body's chunks in one piece between braces, and the trailers behind it. A body
     * that has not ended has no closing brace.
     */
    public static String joined(String messages) {
        StringBuilder joined = new StringBuilder();
        int at = 0;
        for (int field = messages.indexOf(FIELD); field >= 0; field = messages.indexOf(FIELD, at)) {
            int body = messages.indexOf("\r\n\r\n", field) + 4;
            if (body < 4) {
                break;
            }
            joined.append(messages, at, body).append('{');
            at = chunks(messages, body, joined);
        }
        return joined.append(messages.substring(at)).toString();
    }

    private static int chunks(String from, int body, StringBuilder to) {
        int at = body;
        while (true) {
            int line = from.indexOf("\r\n", at);
            if (line < 0) {
                return from.length();
            }
            int size = Integer.parseInt(from.substring(at, line), 16);
            at = line + 2;
            if (size == 0) {
                to.append('}');
                return at;
            }
            to.append(from, at, Math.min(from.length(), at + size));
            at = Math.min(from.length(), at + size + 2);
        }
    }
}
