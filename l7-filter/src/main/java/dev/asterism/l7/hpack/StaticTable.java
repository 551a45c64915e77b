package dev.asterism.l7.hpack;

import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.FieldNames;

/** RFC 7541 appendix A. Index 1 to 61. Immutable. */
final class StaticTable {

    static final int SIZE = 61;

    /** Numbers of pseudo fields, RFC 9113 8.3; all other numbers are those of {@link FieldNames}. */
    static final int AUTHORITY = -1;

    static final int METHOD = -2;
    static final int PATH = -3;
    static final int SCHEME = -4;
    static final int STATUS = -5;
    static final int UNKNOWN_PSEUDO = -6;

    /** Of extended CONNECT, RFC 8441 4; in no static table. */
    static final int PROTOCOL = -7;

    private static final byte[] PROTOCOL_NAME = Ascii.bytes(":protocol");

    private static final String[] ENTRIES = {
        ":authority",
        ":method|GET",
        ":method|POST",
        ":path|/",
        ":path|/index.html",
        ":scheme|http",
        ":scheme|https",
        ":status|200",
        ":status|204",
        ":status|206",
        ":status|304",
        ":status|400",
        ":status|404",
        ":status|500",
        "accept-charset",
        "accept-encoding|gzip, deflate",
        "accept-language",
        "accept-ranges",
        "accept",
        "access-control-allow-origin",
        "age",
        "allow",
        "authorization",
        "cache-control",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-length",
        "content-location",
        "content-range",
        "content-type",
        "cookie",
        "date",
        "etag",
        "expect",
        "expires",
        "from",
        "host",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "last-modified",
        "link",
        "location",
        "max-forwards",
        "proxy-authenticate",
        "proxy-authorization",
        "range",
        "referer",
        "refresh",
        "retry-after",
        "server",
        "set-cookie",
        "strict-transport-security",
        "transfer-encoding",
        "user-agent",
        "vary",
        "via",
        "www-authenticate"
    };

    private static final byte[][] NAMES = new byte[SIZE + 1][];
    private static final byte[][] VALUES = new byte[SIZE + 1][];
    private static final int[] IDS = new int[SIZE + 1];
    private static final int[] INDEX_OF_ID;

    static {
        FieldNames standard = FieldNames.standard();
        INDEX_OF_ID = new int[standard.size()];
        for (int i = 1; i <= SIZE; i++) {
            String entry = ENTRIES[i - 1];
            int bar = entry.indexOf('|');
            NAMES[i] = Ascii.bytes(bar < 0 ? entry : entry.substring(0, bar));
            VALUES[i] = Ascii.bytes(bar < 0 ? "" : entry.substring(bar + 1));
        }
        for (int i = 1; i <= SIZE; i++) {
            IDS[i] = id(NAMES[i], 0, NAMES[i].length, standard);
            if (IDS[i] > 0 && INDEX_OF_ID[IDS[i]] == 0) {
                INDEX_OF_ID[IDS[i]] = i;
            }
        }
    }

    private StaticTable() {}

    static byte[] name(int index) {
        return NAMES[index];
    }

    static byte[] value(int index) {
        return VALUES[index];
    }

    static int id(int index) {
        return IDS[index];
    }

    /** The first index with this name, 0 when there is none. */
    static int indexOf(int id) {
        return id < INDEX_OF_ID.length ? INDEX_OF_ID[id] : 0;
    }

    static int id(byte[] b, int at, int length, FieldNames names) {
        if (length == 0 || b[at] != ':') {
            return names.idOf(b, at, length);
        }
        return switch (length) {
            case 5 -> pseudo(b, at, 4, PATH);
            case 7 -> {
                int method = pseudo(b, at, 2, METHOD);
                int scheme = pseudo(b, at, 6, SCHEME);
                int status = pseudo(b, at, 8, STATUS);
                yield Math.max(method, Math.max(scheme, status));
            }
            case 9 -> Ascii.same(b, at, length, PROTOCOL_NAME) ? PROTOCOL : UNKNOWN_PSEUDO;
            case 10 -> pseudo(b, at, 1, AUTHORITY);
            default -> UNKNOWN_PSEUDO;
        };
    }

    private static int pseudo(byte[] b, int at, int index, int id) {
        return Ascii.same(b, at, NAMES[index].length, NAMES[index]) ? id : UNKNOWN_PSEUDO;
    }
}
