package dev.asterism.l7.route;

import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.match.RequestView;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A {@link StickySpec} compiled: the hash of what a client is known by. Immutable; makes no objects. */
final class StickyKey {

    /** The request has no key. */
    static final long NONE = 0;

    private static final long FNV_START = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final StickySpec.Kind kind;
    private final byte[] name;
    private final int id;

    StickyKey(StickySpec spec, FieldNames names) {
        kind = spec.kind();
        name = spec.name().getBytes(StandardCharsets.US_ASCII);
        id = kind == StickySpec.Kind.HEADER ? names.idOf(spec.name()) : FieldNames.COOKIE;
        if (id == FieldNames.OTHER) {
            throw new IllegalArgumentException("'" + spec.name() + "' is no name of a field");
        }
    }

    long of(RequestView view) {
        return switch (kind) {
            case NONE -> NONE;
            case HEADER -> header(view.head());
            case COOKIE -> cookie(view.head());
            case PEER -> hash(view.caller().name());
        };
    }

    private long header(Head head) {
        int row = head.find(id);
        return row < 0 ? NONE : hash(head.bytes(), head.valueAt(row), head.valueLength(row));
    }

    /** RFC 6265 5.4: pairs with a semicolon and a blank between them; HTTP/2 splits them over several fields. */
    private long cookie(Head head) {
        for (int row = head.find(id); row >= 0; row = head.findFrom(row + 1, id)) {
            long hash = cookie(head.bytes(), head.valueAt(row), head.valueLength(row));
            if (hash != NONE) {
                return hash;
            }
        }
        return NONE;
    }

    private long cookie(byte[] b, int at, int length) {
        int end = at + length;
        int p = at;
        while (p < end) {
            while (p < end && (b[p] == ' ' || b[p] == ';')) {
                p++;
            }
            int stop = p;
            while (stop < end && b[stop] != ';') {
                stop++;
            }
            int value = p + name.length + 1;
            boolean named =
                    value <= stop
                            && b[value - 1] == '='
                            && Arrays.equals(b, p, value - 1, name, 0, name.length);
            if (named) {
                return hash(b, value, stop - value);
            }
            p = stop;
        }
        return NONE;
    }

    /** {@link #NONE} for nothing. */
    private static long hash(byte[] b, int at, int length) {
        if (length == 0) {
            return NONE;
        }
        long hash = FNV_START;
        for (int i = at; i < at + length; i++) {
            hash = (hash ^ b[i] & 0xff) * FNV_PRIME;
        }
        return hash == NONE ? 1 : hash;
    }

    /** The same for a text, by its UTF-16 units. */
    static long hash(String text) {
        if (text.isEmpty()) {
            return NONE;
        }
        long hash = FNV_START;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return hash == NONE ? 1 : hash;
    }

    /** Every bit of the result depends on every bit of the key (the finaliser of MurmurHash3). */
    static long mixed(long key) {
        long mixed = (key ^ key >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }
}
