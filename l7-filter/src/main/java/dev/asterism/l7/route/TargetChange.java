package dev.asterism.l7.route;

import dev.asterism.l7.match.PathMatch;
import dev.asterism.l7.match.RequestPath;
import dev.asterism.l7.match.RequestView;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a rewrite or redirect makes of a request's path; the query stays. Immutable. */
final class TargetChange {

    private static final TargetChange NONE = new TargetChange(null, 0);

    private final byte @Nullable [] text;

    /** Bytes of the request's path that go; -1: all. */
    private final int replaced;

    private TargetChange(byte @Nullable [] text, int replaced) {
        this.text = text;
        this.replaced = replaced;
    }

    /**
     * @param prefix takes the place of what {@code match} has matched
     * @param path takes the place of everything
     * @throws IllegalArgumentException when both are there, or what stands there is no path
     */
    static TargetChange of(@Nullable String prefix, @Nullable String path, PathMatch match) {
        if (prefix != null && path != null) {
            throw new IllegalArgumentException("either a prefix is replaced or the path, not both");
        }
        if (path != null) {
            return new TargetChange(bytes(path), -1);
        }
        if (prefix == null) {
            return NONE;
        }
        boolean byPrefix =
                match.kind() == PathMatch.Kind.PREFIX || match.kind() == PathMatch.Kind.ANY;
        if (!byPrefix) {
            throw new IllegalArgumentException(
                    "a prefix is replaced only on a route that matches one, not on " + match);
        }
        return new TargetChange(bytes(bare(prefix)), clearLength(bare(match.text())));
    }

    private static byte[] bytes(String path) {
        byte[] b = path.getBytes(StandardCharsets.US_ASCII);
        boolean good =
                (path.isEmpty() || path.startsWith("/"))
                        && path.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '#' && c != '?');
        if (!good) {
            throw new IllegalArgumentException("'" + path + "' is no path");
        }
        return b;
    }

    private static String bare(String prefix) {
        return prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
    }

    /** Of a prefix in the form in which requests are compared. */
    private static int clearLength(String prefix) {
        RequestPath path = new RequestPath();
        byte[] b = prefix.getBytes(StandardCharsets.UTF_8);
        return path.read(b, 0, b.length) ? path.length() : b.length;
    }

    boolean isNone() {
        return text == null;
    }

    /** Bytes that {@link #put} needs at most. */
    int room(RequestView view) {
        int own = text == null ? 0 : text.length;
        return own + view.path().length() + view.queryLength() + 2;
    }

    /** Puts path and query at this place and returns the place behind. */
    int put(RequestView view, byte[] to, int start) {
        RequestPath path = view.path();
        int at = start;
        if (text != null) {
            System.arraycopy(text, 0, to, at, text.length);
            at += text.length;
        }
        int from = replaced < 0 ? path.length() : Math.min(replaced, path.length());
        int rest = path.length() - from;
        System.arraycopy(path.bytes(), path.at() + from, to, at, rest);
        at += rest;
        if (at == start) {
            to[at++] = '/';
        }
        return view.putQuery(to, at);
    }
}
