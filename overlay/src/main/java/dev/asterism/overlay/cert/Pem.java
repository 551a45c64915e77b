package dev.asterism.overlay.cert;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * PEM text (spec certificates.md 5): text before a BEGIN line is skipped, as is a block that is broken,
 * CRLF and a missing final newline are fine. A cursor over one text; not thread-safe.
 */
final class Pem {

    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    private final String text;
    private int at;

    Pem(String text) {
        this.text = text;
    }

    static String encode(String label, byte[] content) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        String lines = body.isEmpty() ? "" : body + "\n";
        return BEGIN + label + DASHES + "\n" + lines + END + label + DASHES + "\n";
    }

    /** True when nothing but white space follows. */
    boolean atEnd() {
        return text.substring(at).isBlank();
    }

    /** The next whole block, or null when there is none; then the cursor stays. */
    @Nullable PemBlock next() {
        int from = at;
        while (true) {
            int begin = lineStartingWith(BEGIN, from);
            if (begin < 0) {
                return null;
            }
            PemBlock block = blockAt(begin);
            if (block != null) {
                return block;
            }
            from = begin + BEGIN.length();
        }
    }

    private @Nullable PemBlock blockAt(int begin) {
        int beginEnd = endOfLine(begin);
        String label = labelOf(begin + BEGIN.length(), beginEnd);
        int end = label == null ? -1 : lineStartingWith(END, beginEnd);
        if (label == null || end < 0) {
            return null;
        }
        int endEnd = endOfLine(end);
        if (!label.equals(labelOf(end + END.length(), endEnd))) {
            return null;
        }
        byte[] content = body(text.substring(Math.min(beginEnd + 1, end), end));
        if (content == null) {
            return null;
        }
        at = Math.min(endEnd + 1, text.length());
        return new PemBlock(label, content);
    }

    private @Nullable String labelOf(int from, int endOfLine) {
        String rest = text.substring(Math.min(from, endOfLine), endOfLine).stripTrailing();
        return rest.endsWith(DASHES) ? rest.substring(0, rest.length() - DASHES.length()) : null;
    }

    private static byte @Nullable [] body(String lines) {
        StringBuilder base64 = new StringBuilder(lines.length());
        boolean inHeaders = true;
        for (String line : lines.split("\n", -1)) {
            inHeaders &= line.indexOf(':') >= 0;
            if (!inHeaders) {
                line.chars().filter(c -> c > ' ').forEach(c -> base64.append((char) c));
            }
        }
        if (base64.length() % 4 != 0) {
            return null;
        }
        try {
            return Base64.getDecoder()
                    .decode(base64.toString().getBytes(StandardCharsets.ISO_8859_1));
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private int lineStartingWith(String start, int from) {
        int found = text.indexOf(start, from);
        while (found > 0 && text.charAt(found - 1) != '\n') {
            found = text.indexOf(start, found + 1);
        }
        return found;
    }

    private int endOfLine(int from) {
        int newline = text.indexOf('\n', from);
        return newline < 0 ? text.length() : newline;
    }
}
