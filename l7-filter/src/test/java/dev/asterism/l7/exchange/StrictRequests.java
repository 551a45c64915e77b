package dev.asterism.l7.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a server that takes every word of RFC 9112 as it stands reads from the bytes of a connection. It shares no code
 * with the parsers that it judges. What another server could read in another way is an {@link AssertionError}.
 */
public final class StrictRequests {

    private static final Pattern LINE =
            Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+ [\\x21-\\x7e]+ HTTP/1\\.1");
    private static final Pattern FIELD =
            Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \\t]*([\\t\\x20-\\x7e\\x80-\\xff]*)");

    private final String bytes;
    private int at;

    private StrictRequests(String bytes) {
        this.bytes = bytes;
    }

    /**
     * What is in the bytes of a connection.
     *
     * @param isWhole nothing stands behind the last request
     */
    public record Read(List<String> requests, boolean isWhole) {}

    /** The whole requests, and whether there is more behind them. */
    public static Read read(String bytes) {
        StrictRequests reader = new StrictRequests(bytes);
        List<String> requests = new ArrayList<>();
        int end = 0;
        for (String next = reader.request(); next != null; next = reader.request()) {
            requests.add(next);
            end = reader.at;
        }
        return new Read(requests, end == bytes.length());
    }

    /** The whole requests, each as its first line and its body in brackets; one that has no end yet is left out. */
    static List<String> in(String bytes) {
        return read(bytes).requests();
    }

    private @Nullable String request() {
        int end = bytes.indexOf("\r\n\r\n", at);
        if (end < 0) {
            return null;
        }
        String[] lines = bytes.substring(at, end).split("\r\n", -1);
        at = end + 4;
        must(LINE.matcher(lines[0]).matches(), lines[0]);
        int hosts = 0;
        String length = null;
        boolean chunked = false;
        for (int i = 1; i < lines.length; i++) {
            var field = FIELD.matcher(lines[i]);
            must(field.matches(), lines[i]);
            String value = field.group(2).strip();
            switch (field.group(1).toLowerCase(Locale.ROOT)) {
                case "host" -> hosts++;
                case "content-length" -> {
                    must(length == null && !chunked && value.matches("[0-9]{1,18}"), lines[i]);
                    length = value;
                }
                case "transfer-encoding" -> {
                    must(length == null && !chunked && value.equals("chunked"), lines[i]);
                    chunked = true;
                }
                default -> {}
            }
        }
        must(hosts == 1, "one Host");
        String body = chunked ? chunks() : data(length == null ? 0 : Long.parseLong(length));
        return body == null ? null : lines[0].replace(" HTTP/1.1", "") + " [" + body + "]";
    }

    private @Nullable String data(long length) {
        if (bytes.length() - at < length) {
            return null;
        }
        at += (int) length;
        return bytes.substring(at - (int) length, at);
    }

    private @Nullable String chunks() {
        StringBuilder body = new StringBuilder();
        while (true) {
            int line = bytes.indexOf("\r\n", at);
            if (line < 0) {
                return null;
            }
            String size = bytes.substring(at, line);
            must(size.matches("[0-9a-f]{1,8}"), size);
            at = line + 2;
            if (Integer.parseInt(size, 16) == 0) {
                return trailers() ? body.toString() : null;
            }
            String data = data(Integer.parseInt(size, 16));
            String end = data == null ? null : data(2);
            if (end == null) {
                return null;
            }
            must(end.equals("\r\n"), "CR LF behind a chunk");
            body.append(data);
        }
    }

    private boolean trailers() {
        while (true) {
            int line = bytes.indexOf("\r\n", at);
            if (line < 0) {
                return false;
            }
            String text = bytes.substring(at, line);
            at = line + 2;
            if (text.isEmpty()) {
                return true;
            }
            must(FIELD.matcher(text).matches(), text);
            must(
                    !text.toLowerCase(Locale.ROOT)
                            .matches("(content-length|transfer-encoding|host):.*"),
                    text);
        }
    }

    private static void must(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("a server could read this in another way: " + what);
        }
    }
}
