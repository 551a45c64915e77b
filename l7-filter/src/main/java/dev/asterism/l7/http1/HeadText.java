package dev.asterism.l7.http1;

import dev.asterism.l7.exchange.BodyFraming;
import dev.asterism.l7.exchange.LocalAnswer;
import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Heads as HTTP/1.1 text, from either form of {@link Head}. Fields of the hop are left out, and so are those that
 * frame the body differently from what follows. A range of fields that passes is copied as it came. Each method
 * writes at {@code at}, needs {@link Head#writtenBytes} of room, and returns the place behind. Allocates nothing.
 */
public final class HeadText {

    /** What an answer says about its connection. */
    enum Ending {
        STAY,
        CLOSE,
        KEEP_ALIVE,
        UPGRADE;

        static Ending of(BodyFraming framing, boolean close, boolean http10) {
            if (framing == BodyFraming.TUNNEL) {
                return UPGRADE;
            }
            if (close) {
                return CLOSE;
            }
            return http10 ? KEEP_ALIVE : STAY;
        }
    }

    private static final long HOP = (1L << (FieldNames.LAST_HOP + 1)) - 2;
    private static final long LENGTH = 1L << FieldNames.CONTENT_LENGTH;
    private static final long HOST = 1L << FieldNames.HOST;
    private static final long EXPECT = 1L << FieldNames.EXPECT;

    /** What may not stand in trailers, as it decides about the message or where it goes, RFC 9110 6.5.1. */
    private static final long NOT_IN_TRAILERS = HOP | LENGTH | HOST | EXPECT;

    private static final byte[] HTTP_11 = Ascii.bytes(" HTTP/1.1\r\n");
    private static final byte[] STATUS_LINE = Ascii.bytes("HTTP/1.1 ");
    private static final byte[] HOST_FIELD = Ascii.bytes("host: ");
    private static final byte[] CHUNKED_FIELD = Ascii.bytes("transfer-encoding: chunked\r\n");
    private static final byte[] NO_LENGTH_FIELD = Ascii.bytes("content-length: 0\r\n");
    private static final byte[] CLOSE_FIELD = Ascii.bytes("connection: close\r\n");
    private static final byte[] KEEP_FIELD = Ascii.bytes("connection: keep-alive\r\n");
    private static final byte[] UPGRADE_FIELDS =
            Ascii.bytes("connection: upgrade\r\nupgrade: websocket\r\n");
    private static final byte[] KEY_NAME = Ascii.bytes("sec-websocket-key");
    private static final byte[] KEY_FIELD = Ascii.bytes("sec-websocket-key: ");
    private static final byte[] CR_LF = Ascii.bytes("\r\n");
    private static final String END = "\r\n";
    private static final byte[] LAST_CHUNK = Ascii.bytes("0\r\n");

    private HeadText() {}

    /** A request for an upstream connection. */
    public static int request(Head head, byte[] to, BodyFraming framing, boolean upgrade) {
        int at = requestLine(head, to);
        long drop = HOP;
        if (framing == BodyFraming.STREAMED) {
            drop |= LENGTH;
        }
        if (head.has(Head.HTTP_10)) {
            drop |= EXPECT;
        }
        boolean hostPart = head.partLength(Head.AUTHORITY) > 0;
        if (hostPart || head.find(FieldNames.HOST) < 0) {
            drop |= HOST;
            at = Ascii.put(to, at, HOST_FIELD);
            at = copy(head, head.partAt(Head.AUTHORITY), head.partLength(Head.AUTHORITY), to, at);
            at = Ascii.put(to, at, CR_LF);
        }
        at = fields(head, drop, to, at);
        if (framing == BodyFraming.STREAMED) {
            at = Ascii.put(to, at, CHUNKED_FIELD);
        } else if (saysNoLength(head, framing)) {
            at = Ascii.put(to, at, NO_LENGTH_FIELD);
        }
        if (upgrade) {
            at = Ascii.put(to, at, UPGRADE_FIELDS);
        }
        return Ascii.put(to, at, CR_LF);
    }

    private static int requestLine(Head head, byte[] to) {
        if (head.has(Head.TEXT) && !head.has(Head.HTTP_10 | Head.ABSOLUTE)) {
            return copy(head, head.start(), head.fieldsStart() - head.start(), to, 0);
        }
        int at = copy(head, head.partAt(Head.METHOD), head.partLength(Head.METHOD), to, 0);
        to[at++] = ' ';
        at = copy(head, head.partAt(Head.PATH), head.partLength(Head.PATH), to, at);
        return Ascii.put(to, at, HTTP_11);
    }

    /**
     * An HTTP/2 request that ended with its head; HTTP/1 servers want to read so for methods with a body, RFC 9110
     * 8.6.
     */
    private static boolean saysNoLength(Head head, BodyFraming framing) {
        boolean mayHaveBody = head.bytes()[head.partAt(Head.METHOD)] == 'P';
        return framing == BodyFraming.NONE
                && !head.has(Head.TEXT)
                && head.contentLength() < 0
                && mayHaveBody;
    }

    /**
     * An answer for a client's connection.
     *
     * @param chunks a body of unknown length comes in chunks
     */
    static int answer(Head head, byte[] to, boolean chunks, Ending ending) {
        int at = statusLine(head, to);
        int status = head.status();
        long drop = HOP;
        if (chunks || status < 200 || status == 204) {
            drop |= LENGTH;
        }
        at = fields(head, drop, to, at);
        if (chunks) {
            at = Ascii.put(to, at, CHUNKED_FIELD);
        }
        at = ending(ending, to, at);
        return Ascii.put(to, at, CR_LF);
    }

    private static int ending(Ending ending, byte[] to, int at) {
        return switch (ending) {
            case STAY -> at;
            case CLOSE -> Ascii.put(to, at, CLOSE_FIELD);
            case KEEP_ALIVE -> Ascii.put(to, at, KEEP_FIELD);
            case UPGRADE -> Ascii.put(to, at, UPGRADE_FIELDS);
        };
    }

    private static int statusLine(Head head, byte[] to) {
        if (head.has(Head.TEXT) && !head.has(Head.HTTP_10)) {
            return copy(head, head.start(), head.fieldsStart() - head.start(), to, 0);
        }
        return statusLine(head.status(), to);
    }

    private static int statusLine(int status, byte[] to) {
        int at = Ascii.put(to, 0, STATUS_LINE);
        to[at++] = (byte) ('0' + status / 100);
        to[at++] = (byte) ('0' + status / 10 % 10);
        to[at++] = (byte) ('0' + status % 10);
        to[at++] = ' ';
        return Ascii.put(to, at, CR_LF);
    }

    /** An answer of our own without a body. */
    static byte[] local(LocalAnswer answer, boolean grpc, boolean close) {
        byte[] line = new byte[STATUS_LINE.length + 8];
        int lineLength = statusLine(grpc ? 200 : answer.status(), line);
        StringBuilder text = new StringBuilder(160);
        text.append(new String(line, 0, lineLength, StandardCharsets.ISO_8859_1));
        text.append("x-mesh-reason: ").append(answer.reason()).append(END);
        for (LocalAnswer.Field field : answer.fields()) {
            text.append(field.name()).append(": ").append(field.value()).append(END);
        }
        text.append("content-length: 0\r\n");
        if (grpc) {
            text.append("content-type: application/grpc\r\ngrpc-status: ");
            text.append(answer.grpcStatus()).append("\r\ngrpc-message: ");
            text.append(answer.reason()).append(END);
        }
        text.append(close ? "connection: close\r\n\r\n" : END);
        return Ascii.bytes(text.toString());
    }

    /**
     * Puts a field of ours before the empty line that ends a head, and the empty line again.
     *
     * @param unit a character behind the number, 0: none
     */
    public static int field(byte[] name, long number, int unit, byte[] to, int end) {
        int at = Ascii.put(to, end - CR_LF.length, name);
        to[at++] = ':';
        to[at++] = ' ';
        at = Ascii.putNumber(to, at, number);
        if (unit != 0) {
            to[at++] = (byte) unit;
        }
        at = Ascii.put(to, at, CR_LF);
        return Ascii.put(to, at, CR_LF);
    }

    /**
     * Puts a field with a WebSocket's nonce before the empty line that ends a head, which extended CONNECT has none of
     * (RFC 8441 5). It need not be secret, only differ (RFC 6455 4.1).
     *
     * @param seed what differs
     */
    public static int webSocketKey(Head head, long seed, byte[] to, int end) {
        for (int row = 0; row < head.count(); row++) {
            if (Ascii.isWord(head.bytes(), head.nameAt(row), head.nameLength(row), KEY_NAME)) {
                return end;
            }
        }
        byte[] nonce = new byte[16];
        ByteBuffer.wrap(nonce).putLong(mixed(seed)).putLong(mixed(~seed));
        int at = Ascii.put(to, end - CR_LF.length, KEY_FIELD);
        at = Ascii.put(to, at, Base64.getEncoder().encode(nonce));
        at = Ascii.put(to, at, CR_LF);
        return Ascii.put(to, at, CR_LF);
    }

    /** The last step of SplitMix64. */
    private static long mixed(long seed) {
        long z = (seed ^ seed >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }

    /** The last chunk and the trailer section. */
    static int trailers(Head fields, byte[] to, int at) {
        int end = Ascii.put(to, at, LAST_CHUNK);
        end = fields(fields, NOT_IN_TRAILERS, to, end);
        return Ascii.put(to, end, CR_LF);
    }

    private static int fields(Head head, long drop, byte[] to, int at) {
        return head.has(Head.TEXT) ? ranges(head, drop, to, at) : rows(head, drop, to, at);
    }

    private static boolean drops(long drop, int id) {
        return id < Long.SIZE && (drop >>> id & 1) != 0;
    }

    private static int ranges(Head head, long drop, byte[] to, int at) {
        int from = head.fieldsStart();
        int end = at;
        int count = head.count();
        for (int row = 0; row < count; row++) {
            if (drops(drop, head.id(row))) {
                end = copy(head, from, head.nameAt(row) - from, to, end);
                from = row + 1 < count ? head.nameAt(row + 1) : head.fieldsEnd();
            }
        }
        return copy(head, from, head.fieldsEnd() - from, to, end);
    }

    private static int rows(Head head, long drop, byte[] to, int at) {
        int end = at;
        for (int row = 0; row < head.count(); row++) {
            int id = head.id(row);
            boolean crumb = id == FieldNames.COOKIE && head.find(id) != row;
            if (drops(drop, id) || crumb) {
                continue;
            }
            end = copy(head, head.nameAt(row), head.nameLength(row), to, end);
            to[end++] = ':';
            to[end++] = ' ';
            end = copy(head, head.valueAt(row), head.valueLength(row), to, end);
            if (id == FieldNames.COOKIE) {
                end = crumbs(head, row, to, end);
            }
            end = Ascii.put(to, end, CR_LF);
        }
        return end;
    }

    /** Cookies that HTTP/2 has split become one field again, RFC 9113 8.2.3. */
    private static int crumbs(Head head, int first, byte[] to, int at) {
        int end = at;
        int row = head.findFrom(first + 1, FieldNames.COOKIE);
        while (row >= 0) {
            to[end++] = ';';
            to[end++] = ' ';
            end = copy(head, head.valueAt(row), head.valueLength(row), to, end);
            row = head.findFrom(row + 1, FieldNames.COOKIE);
        }
        return end;
    }

    private static int copy(Head head, int from, int length, byte[] to, int at) {
        System.arraycopy(head.bytes(), from, to, at, length);
        return at + length;
    }
}
