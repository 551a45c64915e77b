package dev.asterism.l7.hpack;

import dev.asterism.l7.exchange.BodyFraming;
import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;

/**
 * Encodes heads with the static table and plain literals only: it needs no state, so a block can be sent on any
 * connection, and again on a retry. Literals are marked as never to be indexed: whether the sender wished that is not
 * kept, and an intermediary must not lose it (RFC 7541 6.2.3). Methods write at {@code at}, need {@link
 * Head#writtenBytes} of room and return the place behind.
 */
public final class HpackEncoder {

    private static final byte[] GET = Ascii.bytes("GET");
    private static final byte[] POST = Ascii.bytes("POST");
    private static final byte[] CONNECT = Ascii.bytes("CONNECT");
    private static final byte[] PROTOCOL = Ascii.bytes(":protocol");
    private static final byte[] WEBSOCKET = Ascii.bytes("websocket");
    private static final byte[] ROOT = Ascii.bytes("/");
    private static final byte[] REASON = Ascii.bytes("x-mesh-reason");
    private static final byte[] TE = Ascii.bytes("te");
    private static final byte[] TRAILERS = Ascii.bytes("trailers");
    private static final byte[] GRPC = Ascii.bytes("application/grpc");
    private static final byte[] GRPC_STATUS = Ascii.bytes("grpc-status");
    private static final byte[] GRPC_MESSAGE = Ascii.bytes("grpc-message");

    private static final int INDEXED = 0x80;
    private static final int NEVER_INDEXED = 0x10;
    private static final int NAME_BITS = 4;

    private static final int AUTHORITY = 1;
    private static final int METHOD_GET = 2;
    private static final int METHOD_POST = 3;
    private static final int PATH = 4;
    private static final int SCHEME_HTTP = 6;
    private static final int STATUS = 8;

    private static final int NO_LENGTH = 1 << FieldNames.CONTENT_LENGTH;
    private static final int NO_HOST = 1 << FieldNames.HOST;
    private static final int NO_EXPECT = 1 << FieldNames.EXPECT;

    /** Of sec-websocket-key, whose number is too high for a bit of its own. */
    private static final int NO_WEBSOCKET_KEY = 1 << 31;

    private HpackEncoder() {}

    /**
     * A request for an upstream connection, over clear text.
     *
     * @param connect as extended CONNECT for WebSocket, RFC 8441 4
     */
    public static int request(Head head, byte[] to, BodyFraming framing, boolean connect) {
        int at = 0;
        if (connect) {
            at = integer(to, at, NEVER_INDEXED, NAME_BITS, METHOD_GET);
            at = string(CONNECT, 0, CONNECT.length, to, at);
            at = literal(PROTOCOL, WEBSOCKET, to, at);
        } else if (head.partIs(Head.METHOD, GET)) {
            to[at++] = (byte) (INDEXED | METHOD_GET);
        } else if (head.partIs(Head.METHOD, POST)) {
            to[at++] = (byte) (INDEXED | METHOD_POST);
        } else {
            at = part(head, Head.METHOD, METHOD_GET, to, at);
        }
        to[at++] = (byte) (INDEXED | SCHEME_HTTP);
        if (head.partIs(Head.PATH, ROOT)) {
            to[at++] = (byte) (INDEXED | PATH);
        } else {
            at = part(head, Head.PATH, PATH, to, at);
        }
        int host = head.find(FieldNames.HOST);
        if (head.partLength(Head.AUTHORITY) > 0) {
            at = part(head, Head.AUTHORITY, AUTHORITY, to, at);
        } else if (host >= 0) {
            at = integer(to, at, NEVER_INDEXED, NAME_BITS, AUTHORITY);
            at = string(head.bytes(), head.valueAt(host), head.valueLength(host), to, at);
        }
        int drop = NO_HOST;
        if (framing == BodyFraming.STREAMED) {
            drop |= NO_LENGTH;
        }
        if (head.has(Head.HTTP_10)) {
            drop |= NO_EXPECT;
        }
        if (connect) {
            drop |= NO_WEBSOCKET_KEY;
        }
        at = fields(head, drop, to, at);
        return head.has(Head.TAKES_TRAILERS) ? literal(TE, TRAILERS, to, at) : at;
    }

    private static int part(Head head, int part, int nameIndex, byte[] to, int start) {
        int at = integer(to, start, NEVER_INDEXED, NAME_BITS, nameIndex);
        return string(head.bytes(), head.partAt(part), head.partLength(part), to, at);
    }

    /** An answer for a client's connection. */
    public static int answer(Head head, byte[] to, int start) {
        int status = head.status();
        int at = status(status, to, start);
        boolean bodiless = status < 200 || status == 204;
        return fields(head, bodiless ? NO_LENGTH : 0, to, at);
    }

    /** The answer to an extended CONNECT that is a tunnel from now on, RFC 8441 5. */
    public static int tunnel(Head head, byte[] to, int start) {
        return fields(head, NO_LENGTH, to, status(200, to, start));
    }

    /** Room for the head of an answer of our own. */
    public static int localBytes(LocalAnswer answer) {
        int bytes = 256;
        for (LocalAnswer.Field field : answer.fields()) {
            bytes += field.name().length() + field.value().length() + 12;
        }
        return bytes;
    }

    /** The head of an answer of our own, which needs {@link #localBytes} of room. */
    public static int local(LocalAnswer answer, boolean grpc, byte[] to, int start) {
        int at = status(grpc ? 200 : answer.status(), to, start);
        at = literal(REASON, Ascii.bytes(answer.reason()), to, at);
        for (LocalAnswer.Field field : answer.fields()) {
            at = literal(Ascii.bytes(field.name()), Ascii.bytes(field.value()), to, at);
        }
        if (grpc) {
            int name = StaticTable.indexOf(FieldNames.CONTENT_TYPE);
            at = integer(to, at, NEVER_INDEXED, NAME_BITS, name);
            at = string(GRPC, 0, GRPC.length, to, at);
            at = literal(GRPC_STATUS, Ascii.bytes(Integer.toString(answer.grpcStatus())), to, at);
            at = literal(GRPC_MESSAGE, Ascii.bytes(answer.reason()), to, at);
        }
        return at;
    }

    /** The end of an answer to a call of gRPC that cannot be finished; needs {@link #localBytes} of room. */
    public static int brokenOff(LocalAnswer cause, byte[] to, int start) {
        int at = literal(GRPC_STATUS, Ascii.bytes(Integer.toString(cause.grpcStatus())), to, start);
        at = literal(GRPC_MESSAGE, Ascii.bytes(cause.reason()), to, at);
        return literal(REASON, Ascii.bytes(cause.reason()), to, at);
    }

    /**
     * A field of ours with a number.
     *
     * @param unit a character behind it, 0: none
     */
    public static int field(byte[] name, long number, int unit, byte[] to, int start) {
        int at = integer(to, start, NEVER_INDEXED, NAME_BITS, 0);
        at = string(name, 0, name.length, to, at);
        int end = Ascii.putNumber(to, at + 1, number);
        if (unit != 0) {
            to[end++] = (byte) unit;
        }
        to[at] = (byte) (end - at - 1);
        return end;
    }

    /** A trailer section, without what may not stand in one. */
    public static int trailers(Head fields, byte[] to, int start) {
        return fields(fields, NO_LENGTH | NO_HOST | NO_EXPECT, to, start);
    }

    private static int status(int status, byte[] to, int start) {
        int index =
                switch (status) {
                    case 200 -> 8;
                    case 204 -> 9;
                    case 206 -> 10;
                    case 304 -> 11;
                    case 400 -> 12;
                    case 404 -> 13;
                    case 500 -> 14;
                    default -> 0;
                };
        int at = start;
        if (index > 0) {
            to[at++] = (byte) (INDEXED | index);
            return at;
        }
        to[at++] = STATUS;
        to[at++] = 3;
        to[at++] = (byte) ('0' + status / 100);
        to[at++] = (byte) ('0' + status / 10 % 10);
        to[at++] = (byte) ('0' + status % 10);
        return at;
    }

    private static int fields(Head head, int drop, byte[] to, int start) {
        int at = start;
        for (int row = 0; row < head.count(); row++) {
            int id = head.id(row);
            boolean dropped =
                    id != FieldNames.OTHER
                            && (id <= FieldNames.LAST_HOP
                                    || id <= FieldNames.EXPECT && (drop >> id & 1) != 0
                                    || id == FieldNames.SEC_WEBSOCKET_KEY
                                            && (drop & NO_WEBSOCKET_KEY) != 0);
            if (!dropped) {
                at = name(head, row, id, to, at);
                at = string(head.bytes(), head.valueAt(row), head.valueLength(row), to, at);
            }
        }
        return at;
    }

    private static int name(Head head, int row, int id, byte[] to, int start) {
        int index = StaticTable.indexOf(id);
        int at = integer(to, start, NEVER_INDEXED, NAME_BITS, index);
        if (index > 0) {
            return at;
        }
        int length = head.nameLength(row);
        at = string(head.bytes(), head.nameAt(row), length, to, at);
        if (head.has(Head.TEXT)) {
            for (int i = at - length; i < at; i++) {
                to[i] = Ascii.lowerCase(to[i]);
            }
        }
        return at;
    }

    private static int literal(byte[] name, byte[] value, byte[] to, int start) {
        int at = integer(to, start, NEVER_INDEXED, NAME_BITS, 0);
        at = string(name, 0, name.length, to, at);
        return string(value, 0, value.length, to, at);
    }

    private static int string(byte[] from, int offset, int length, byte[] to, int start) {
        int at = integer(to, start, 0, 7, length);
        System.arraycopy(from, offset, to, at, length);
        return at + length;
    }

    private static int integer(byte[] to, int start, int pattern, int bits, int number) {
        int at = start;
        int mask = (1 << bits) - 1;
        if (number < mask) {
            to[at++] = (byte) (pattern | number);
            return at;
        }
        to[at++] = (byte) (pattern | mask);
        int left = number - mask;
        while (left >= 0x80) {
            to[at++] = (byte) (left | 0x80);
            left >>>= 7;
        }
        to[at++] = (byte) left;
        return at;
    }
}
