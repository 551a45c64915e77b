package dev.asterism.l7.match;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A {@link PathMatch} compiled; a gRPC method has become a path or prefix. Immutable. */
final class PathTest {

    private final PathMatch.Kind kind;
    private final String text;
    private final byte[] bytes;
    private final @Nullable Regex regex;
    private final String literal;

    private PathTest(PathMatch.Kind kind, String text, @Nullable Regex regex) {
        this.kind = kind;
        this.text = text;
        this.regex = regex;
        literal = regex == null ? "" : regex.literalStart();
        bytes = Texts.bytes(text);
    }

    static PathTest of(PathMatch match) {
        return switch (match.kind()) {
            case ANY -> new PathTest(PathMatch.Kind.ANY, "", null);
            case EXACT -> new PathTest(PathMatch.Kind.EXACT, clear(match.text()), null);
            case PREFIX -> prefix(match.text());
            case REGEX -> new PathTest(PathMatch.Kind.REGEX, match.text(), Regex.of(match.text()));
            case GRPC -> grpc(match.text());
        };
    }

    /** Without the slash at the end, which changes nothing about whole segments. */
    private static PathTest prefix(String text) {
        String path = clear(text);
        String bare = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return bare.isEmpty()
                ? new PathTest(PathMatch.Kind.ANY, "", null)
                : new PathTest(PathMatch.Kind.PREFIX, bare, null);
    }

    private static PathTest grpc(String text) {
        boolean good =
                text.matches("[A-Za-z_][A-Za-z0-9_.]*(/[A-Za-z_][A-Za-z0-9_]*)?")
                        && !text.endsWith(".");
        if (!good) {
            throw new IllegalArgumentException(
                    "expected pkg.Service/Method or pkg.Service, not '" + text + "'");
        }
        return text.contains("/")
                ? new PathTest(PathMatch.Kind.EXACT, "/" + text, null)
                : new PathTest(PathMatch.Kind.PREFIX, "/" + text, null);
    }

    /** A path in the one form in which requests are compared; a text that has none can never match. */
    private static String clear(String text) {
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException("a path begins with '/', unlike '" + text + "'");
        }
        int sign = Math.max(text.indexOf('?'), text.indexOf('#'));
        if (sign >= 0) {
            throw new IllegalArgumentException(
                    "a path has no '" + text.charAt(sign) + "', unlike '" + text + "'");
        }
        byte[] b = Texts.bytes(text);
        RequestPath path = new RequestPath();
        if (!path.read(b, 0, b.length)) {
            throw new IllegalArgumentException(
                    "'" + text + "' never matches: requests with " + path.fault() + " are refused");
        }
        return Texts.text(path.bytes(), path.at(), path.length());
    }

    PathMatch.Kind kind() {
        return kind;
    }

    String text() {
        return text;
    }

    /** In the one form; of an expression its literal beginning, by whole segments. */
    String place() {
        if (kind != PathMatch.Kind.REGEX) {
            return text;
        }
        return literal.substring(0, Math.max(0, literal.lastIndexOf('/')));
    }

    /**
     * Exact paths are before all others; then come longer prefixes. Gateway API leaves open where expressions come:
     * here they count as a prefix as long as their literal beginning, and stand before a prefix of that length.
     */
    int weight() {
        return switch (kind) {
            case EXACT -> Integer.MAX_VALUE;
            case PREFIX -> 2 * bytes.length;
            case REGEX -> 2 * literal.length() + 1;
            case ANY, GRPC -> 0;
        };
    }

    boolean holds(RequestPath path) {
        byte[] b = path.bytes();
        int at = path.at();
        int length = path.length();
        return switch (kind) {
            case ANY, GRPC -> true;
            case EXACT ->
                    length == bytes.length && Arrays.equals(bytes, 0, length, b, at, at + length);
            case PREFIX ->
                    length >= bytes.length
                            && Arrays.equals(bytes, 0, bytes.length, b, at, at + bytes.length)
                            && (length == bytes.length || b[at + bytes.length] == '/');
            case REGEX -> regex != null && regex.matches(b, at, length);
        };
    }

    boolean covers(PathTest other) {
        return switch (kind) {
            case ANY, GRPC -> true;
            case EXACT -> other.kind == kind && text.equals(other.text);
            case PREFIX -> coversBelow(other);
            case REGEX ->
                    other.kind == PathMatch.Kind.EXACT
                            ? regex != null && regex.matches(other.text)
                            : other.kind == kind && text.equals(other.text);
        };
    }

    private boolean coversBelow(PathTest other) {
        String place = other.place();
        boolean concrete = other.kind != PathMatch.Kind.ANY;
        return concrete && (place.equals(text) || place.startsWith(text + "/"));
    }
}
