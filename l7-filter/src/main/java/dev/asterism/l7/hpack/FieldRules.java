package dev.asterism.l7.hpack;

import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;

/**
 * What a decoded field must look like, RFC 9113 8.2 and 8.3, and what becomes of it in the head. A wrong field only
 * marks the head as malformed, as the compression state goes on. Stricter than the RFC where HTTP/1 would read it
 * otherwise.
 */
final class FieldRules {

    enum Kind {
        REQUEST,
        ANSWER,
        TRAILERS
    }

    private static final byte[] TRAILERS_WORD = Ascii.bytes("trailers");
    private static final byte[] CONTINUE = Ascii.bytes("100-continue");
    private static final byte[] CONNECT = Ascii.bytes("CONNECT");
    private static final byte[] GET = Ascii.bytes("GET");
    private static final byte[] WEBSOCKET = Ascii.bytes("websocket");
    private static final byte[] OPTIONS = Ascii.bytes("OPTIONS");

    private Kind kind = Kind.REQUEST;
    private boolean regular;
    private int pseudos;
    private boolean webSocket;

    void begin(Kind next) {
        kind = next;
        regular = false;
        pseudos = 0;
        webSocket = false;
    }

    /** A field in the head's own bytes. */
    void field(Head head, int name, int nameLength, int value, int valueLength, int id) {
        boolean good =
                id < 0
                        ? pseudo(head, value, valueLength, id)
                        : regular(head, name, nameLength, value, valueLength, id);
        if (!good) {
            head.flag(Head.MALFORMED);
        }
    }

    private boolean pseudo(Head head, int value, int length, int id) {
        int seen = 1 << -id;
        boolean allowed =
                switch (kind) {
                    case REQUEST -> id != StaticTable.STATUS && id != StaticTable.UNKNOWN_PSEUDO;
                    case ANSWER -> id == StaticTable.STATUS;
                    case TRAILERS -> false;
                };
        if (!allowed || regular || (pseudos & seen) != 0) {
            return false;
        }
        pseudos |= seen;
        byte[] b = head.bytes();
        return switch (id) {
            case StaticTable.METHOD -> {
                head.part(Head.METHOD, value, length);
                yield Ascii.allToken(b, value, length);
            }
            case StaticTable.PATH -> {
                head.part(Head.PATH, value, length);
                yield Ascii.allTarget(b, value, length);
            }
            case StaticTable.SCHEME -> {
                head.part(Head.SCHEME, value, length);
                yield Ascii.allToken(b, value, length);
            }
            case StaticTable.AUTHORITY -> {
                head.part(Head.AUTHORITY, value, length);
                yield Ascii.isAuthority(b, value, length);
            }
            case StaticTable.PROTOCOL -> {
                webSocket = Ascii.isWord(b, value, length, WEBSOCKET);
                yield Ascii.allToken(b, value, length);
            }
            default -> {
                long status = length == 3 ? Ascii.number(b, value, length) : -1;
                head.status((int) status);
                yield status >= 100;
            }
        };
    }

    private boolean regular(Head head, int name, int nameLength, int value, int length, int id) {
        regular = true;
        byte[] b = head.bytes();
        boolean good = isName(b, name, nameLength) && isValue(b, value, length);
        if (id != FieldNames.OTHER && id <= FieldNames.EXPECT) {
            good &= known(head, value, length, id);
        }
        head.add(name, nameLength, value, length, id);
        return good;
    }

    private static boolean isName(byte[] b, int at, int length) {
        for (int i = at; i < at + length; i++) {
            if (!Ascii.isToken(b[i]) || Ascii.isUpper(b[i])) {
                return false;
            }
        }
        return length > 0;
    }

    private static boolean isValue(byte[] b, int at, int length) {
        boolean bare = length == 0 || !isBlank(b[at]) && !isBlank(b[at + length - 1]);
        return bare && Ascii.isFieldValue(b, at, length);
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    private boolean known(Head head, int value, int length, int id) {
        byte[] b = head.bytes();
        return switch (id) {
            case FieldNames.CONTENT_LENGTH -> {
                long number = Ascii.number(b, value, length);
                boolean first = head.contentLength() < 0;
                head.contentLength(number);
                yield number >= 0 && first;
            }
            case FieldNames.TE -> {
                head.flag(Head.TAKES_TRAILERS);
                yield Ascii.isWord(b, value, length, TRAILERS_WORD);
            }
            case FieldNames.EXPECT -> {
                head.flag(Head.EXPECTS_CONTINUE);
                yield kind != Kind.REQUEST || Ascii.isWord(b, value, length, CONTINUE);
            }
            case FieldNames.HOST -> kind != Kind.REQUEST || Ascii.isAuthority(b, value, length);
            default -> false;
        };
    }

    /** What must be there when all fields have come. */
    void end(Head head) {
        boolean good =
                switch (kind) {
                    case REQUEST -> request(head);
                    case ANSWER -> head.status() >= 100;
                    case TRAILERS -> true;
                };
        if (!good) {
            head.flag(Head.MALFORMED);
        }
    }

    private boolean request(Head head) {
        if (head.partLength(Head.METHOD) == 0 || !host(head)) {
            return false;
        }
        boolean path = head.partLength(Head.PATH) > 0;
        boolean scheme = head.partLength(Head.SCHEME) > 0;
        boolean extended = (pseudos & 1 << -StaticTable.PROTOCOL) != 0;
        boolean connect = head.partIs(Head.METHOD, CONNECT);
        if (connect && !extended) {
            return !path && !scheme;
        }
        if (!path || !scheme || extended && !connect) {
            return false;
        }
        if (webSocket) {
            upgrade(head);
        }
        byte first = head.bytes()[head.partAt(Head.PATH)];
        boolean asterisk =
                first == '*'
                        && head.partLength(Head.PATH) == 1
                        && head.partIs(Head.METHOD, OPTIONS);
        return first == '/' || asterisk;
    }

    /** RFC 8441 5: the same request as a GET of HTTP/1.1 that asks for WebSocket, and judged by the same rules. */
    private static void upgrade(Head head) {
        head.part(Head.METHOD, head.append(GET, 0, GET.length), GET.length);
        head.flag(Head.UPGRADES);
    }

    /** RFC 9113 8.3.1: one of Host and :authority, or both with the same. */
    private static boolean host(Head head) {
        int row = head.find(FieldNames.HOST);
        int length = head.partLength(Head.AUTHORITY);
        if (row < 0) {
            return length > 0;
        }
        if (head.findFrom(row + 1, FieldNames.HOST) >= 0) {
            return false;
        }
        if (length == 0) {
            head.part(Head.AUTHORITY, head.valueAt(row), head.valueLength(row));
            return head.valueLength(row) > 0;
        }
        return length == head.valueLength(row)
                && Ascii.sameWord(
                        head.bytes(), head.partAt(Head.AUTHORITY), head.valueAt(row), length);
    }
}
