package dev.asterism.l7.route;

import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.match.PathMatch;
import dev.asterism.l7.match.RequestView;
import org.jspecify.annotations.Nullable;

/** A {@link RewriteSpec} compiled. Immutable; makes no objects. */
public final class Rewrite {

    private final TargetChange target;
    private final byte @Nullable [] host;

    private Rewrite(TargetChange target, byte @Nullable [] host) {
        this.target = target;
        this.host = host;
    }

    /**
     * @throws IllegalArgumentException when it makes no sense on a route with this match
     */
    static Rewrite of(RewriteSpec spec, PathMatch match) {
        TargetChange target = TargetChange.of(spec.prefix(), spec.path(), match);
        String host = spec.host();
        return new Rewrite(target, host == null ? null : authority(host));
    }

    static byte[] authority(String host) {
        byte[] b = Ascii.bytes(host);
        if (b.length == 0 || !Ascii.isAuthority(b, 0, b.length)) {
            throw new IllegalArgumentException("'" + host + "' is no host");
        }
        return b;
    }

    /** Changes the request that the view has taken. */
    public void applyTo(RequestView view) {
        Head head = view.head();
        if (!target.isNone()) {
            byte[] to = view.scratch(target.room(view));
            head.replacePart(Head.PATH, to, 0, target.put(view, to, 0));
        }
        if (host != null) {
            head.replacePart(Head.AUTHORITY, host, 0, host.length);
        }
    }
}
