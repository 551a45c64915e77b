package dev.asterism.l7.http;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Field names by number, so that a rule compares an int and not a text. Numbers up to {@link #LAST_HOP} are about one
 * connection and never forwarded. Names that a configuration mentions get numbers behind the standard ones.
 * Immutable; safe on any thread.
 */
public final class FieldNames {

    public static final int OTHER = 0;
    public static final int CONNECTION = 1;
    public static final int KEEP_ALIVE = 2;
    public static final int PROXY_CONNECTION = 3;
    public static final int UPGRADE = 4;
    public static final int TE = 5;
    public static final int HTTP2_SETTINGS = 6;

    /** What a Connection field has named: no name of its own. */
    public static final int NOMINATED = 7;

    public static final int TRANSFER_ENCODING = 8;
    public static final int LAST_HOP = TRANSFER_ENCODING;
    public static final int CONTENT_LENGTH = 9;
    public static final int HOST = 10;
    public static final int EXPECT = 11;
    public static final int COOKIE = 12;
    public static final int CONTENT_TYPE = 13;
    public static final int GRPC_STATUS = 14;

    public static final int DATE = 16;
    public static final int ACCEPT = 24;
    public static final int RETRY_AFTER = 37;
    public static final int GRPC_RETRY_PUSHBACK_MS = 38;
    public static final int GRPC_TIMEOUT = 39;
    public static final int X_MESH_DEADLINE = 40;
    public static final int X_MESH_ATTEMPT = 41;
    public static final int X_MESH_REASON = 42;
    public static final int SEC_WEBSOCKET_KEY = 43;

    /** Names of a configuration are shorter than this. */
    public static final int LONGEST = 64;

    private static final List<String> STANDARD =
            List.of(
                    "",
                    "connection",
                    "keep-alive",
                    "proxy-connection",
                    "upgrade",
                    "te",
                    "http2-settings",
                    "\0",
                    "transfer-encoding",
                    "content-length",
                    "host",
                    "expect",
                    "cookie",
                    "content-type",
                    "grpc-status",
                    "server",
                    "date",
                    "etag",
                    "last-modified",
                    "accept-ranges",
                    "location",
                    "set-cookie",
                    "cache-control",
                    "user-agent",
                    "accept",
                    "accept-encoding",
                    "accept-language",
                    "authorization",
                    "vary",
                    "content-encoding",
                    "age",
                    "expires",
                    "via",
                    "referer",
                    "range",
                    "if-none-match",
                    "if-modified-since",
                    "retry-after",
                    "grpc-retry-pushback-ms",
                    "grpc-timeout",
                    "x-mesh-deadline",
                    "x-mesh-attempt",
                    "x-mesh-reason",
                    "sec-websocket-key");

    private final List<String> names;
    private final byte[][] bytes;
    private final int[][] byLength = new int[LONGEST][];

    private FieldNames(List<String> names) {
        this.names = names;
        bytes = new byte[names.size()][];
        for (int id = 0; id < bytes.length; id++) {
            bytes[id] = Ascii.bytes(names.get(id));
        }
        for (int length = 0; length < LONGEST; length++) {
            byLength[length] = idsOfLength(length);
        }
    }

    private int[] idsOfLength(int length) {
        List<Integer> ids = new ArrayList<>();
        for (int id = 1; id < bytes.length; id++) {
            if (bytes[id].length == length) {
                ids.add(id);
            }
        }
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }

    public static FieldNames standard() {
        return new FieldNames(STANDARD);
    }

    /** The standard names and those that a configuration mentions, in any case and of fewer than 64 characters. */
    public static FieldNames with(Collection<String> mentioned) {
        List<String> names = new ArrayList<>(STANDARD);
        for (String name : mentioned) {
            String lower = name.toLowerCase(java.util.Locale.ROOT);
            if (!names.contains(lower)) {
                names.add(lower);
            }
        }
        return new FieldNames(List.copyOf(names));
    }

    /**
     * Gives a head's fields the numbers that they have here. Parsers know the standard names only, so that they need
     * not change with a configuration.
     */
    public void number(Head head) {
        byte[] b = head.bytes();
        for (int row = 0; row < head.count(); row++) {
            int id = head.id(row);
            if (id == OTHER || id >= STANDARD.size()) {
                head.renumber(row, idOf(b, head.nameAt(row), head.nameLength(row)));
            }
        }
    }

    public int size() {
        return bytes.length;
    }

    /** The number of a name in any case, {@link #OTHER} when it has none. */
    public int idOf(String name) {
        byte[] text = Ascii.bytes(name);
        return idOf(text, 0, text.length);
    }

    /** In lower case. */
    public String name(int id) {
        return names.get(id);
    }

    /** The number of a name in any case, {@link #OTHER} when it has none. */
    public int idOf(byte[] b, int at, int length) {
        if (length >= LONGEST) {
            return OTHER;
        }
        for (int id : byLength[length]) {
            byte[] name = bytes[id];
            if ((b[at] | 0x20) == name[0] && Ascii.isWord(b, at, length, name)) {
                return id;
            }
        }
        return OTHER;
    }
}
