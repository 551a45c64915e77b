package dev.asterism.l7.route;

import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.match.PathMatch;
import dev.asterism.l7.match.RequestView;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a route answers in place of an upstream: a {@link RedirectSpec} or {@link RespondSpec} compiled. Immutable. */
public final class OwnAnswer {

    private static final byte[] LOCATION = Ascii.bytes("location");
    private static final byte[] LENGTH = Ascii.bytes("content-length");
    private static final byte[] TYPE = Ascii.bytes("content-type");
    private static final byte[] TEXT = Ascii.bytes("text/plain; charset=utf-8");
    private static final byte[] REASON = Ascii.bytes("x-mesh-reason");
    private static final byte[] REDIRECT = Ascii.bytes("redirect");
    private static final byte[] RESPOND = Ascii.bytes("respond");

    private static final String HTTP = "http";
    private static final int LONGEST_PORT = 6;

    private final int code;
    private final byte[] body;
    private final byte[] lengthText;
    private final @Nullable RedirectSpec redirect;
    private final TargetChange target;
    private final byte[] scheme;
    private final byte @Nullable [] host;
    private final byte[] port;

    private OwnAnswer(RespondSpec spec) {
        this(spec.code(), spec.body().getBytes(StandardCharsets.UTF_8), null, PathMatch.ANY);
    }

    private OwnAnswer(int code, byte[] body, @Nullable RedirectSpec redirect, PathMatch match) {
        this.code = code;
        this.body = code == 204 || code == 304 ? new byte[0] : body;
        this.redirect = redirect;
        lengthText = Ascii.bytes(Integer.toString(this.body.length));
        if (redirect == null) {
            target = TargetChange.of(null, null, match);
            scheme = Ascii.bytes("");
            host = null;
            port = scheme;
            return;
        }
        target = TargetChange.of(redirect.prefix(), redirect.path(), match);
        String name = redirect.scheme() == null ? HTTP : redirect.scheme();
        if (!name.equals(HTTP) && !name.equals("https")) {
            throw new IllegalArgumentException("expected http or https, not '" + name + "'");
        }
        scheme = Ascii.bytes(name + "://");
        String other = redirect.host();
        host = other == null ? null : Rewrite.authority(other);
        int usual = name.equals(HTTP) ? 80 : 443;
        boolean said = redirect.port() != 0 && redirect.port() != usual;
        port = Ascii.bytes(said ? ":" + redirect.port() : "");
    }

    static OwnAnswer of(RespondSpec spec) {
        return new OwnAnswer(spec);
    }

    /**
     * @throws IllegalArgumentException when it makes no sense on a route with this match
     */
    static OwnAnswer of(RedirectSpec spec, PathMatch match) {
        return new OwnAnswer(spec.code(), new byte[0], spec, match);
    }

    public int code() {
        return code;
    }

    /** What follows the head, unless the request was for the head only; not to be changed. */
    public byte[] body() {
        return body;
    }

    /** Fills the answer's head. */
    public void compose(RequestView view, Head answer) {
        answer.clearForOwn();
        answer.status(code);
        if (redirect != null) {
            byte[] to = view.scratch(roomForLocation(view));
            answer.addField(LOCATION, to, 0, putLocation(view, to), FieldNames.OTHER);
        }
        answer.addField(REASON, redirect == null ? RESPOND : REDIRECT, FieldNames.OTHER);
        if (body.length > 0) {
            answer.addField(TYPE, TEXT, FieldNames.CONTENT_TYPE);
        }
        if (code != 204 && code != 304) {
            answer.addField(LENGTH, lengthText, FieldNames.CONTENT_LENGTH);
            answer.contentLength(body.length);
        }
    }

    private int roomForLocation(RequestView view) {
        int authority = host == null ? view.hostLength() : host.length;
        return scheme.length + authority + LONGEST_PORT + target.room(view);
    }

    private int putLocation(RequestView view, byte[] to) {
        int at = 0;
        if (host != null || view.hostLength() > 0) {
            at = Ascii.put(to, at, scheme);
            if (host != null) {
                at = Ascii.put(to, at, host);
            } else {
                System.arraycopy(view.host(), 0, to, at, view.hostLength());
                at += view.hostLength();
            }
            at = keepsPort() ? view.putPort(to, at) : Ascii.put(to, at, port);
        }
        return target.put(view, to, at);
    }

    /** Another scheme or a host of its own has other ports. */
    private boolean keepsPort() {
        return redirect != null
                && redirect.port() == 0
                && redirect.host() == null
                && redirect.scheme() == null;
    }
}
