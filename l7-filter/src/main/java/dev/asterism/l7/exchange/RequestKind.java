package dev.asterism.l7.exchange;

import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import java.util.List;
import java.util.stream.Stream;

/** What a request's head says about how it is treated, as bits. */
public final class RequestKind {

    static final int FOR_HEAD = 1;
    static final int CALL_OF_GRPC = 2;
    static final int FOR_UPGRADE = 4;
    static final int REPEATABLE = 8;
    static final int EXTENDED_CONNECT = 16;

    private static final byte[] HEAD_METHOD = Ascii.bytes("HEAD");

    /** But for HEAD, RFC 9110 9.2.2; the most frequent first. */
    private static final List<byte[]> IDEMPOTENT =
            Stream.of("GET", "PUT", "DELETE", "OPTIONS", "TRACE").map(Ascii::bytes).toList();

    private static final byte[] GRPC = Ascii.bytes("application/grpc");

    private RequestKind() {}

    static int of(Head request) {
        boolean forHead = request.partIs(Head.METHOD, HEAD_METHOD);
        return (forHead ? FOR_HEAD : 0)
                | (forHead || isIdempotent(request) ? REPEATABLE : 0)
                | (isGrpc(request) ? CALL_OF_GRPC : 0)
                | (request.has(Head.UPGRADES) ? upgrade(request) : 0);
    }

    private static int upgrade(Head request) {
        return request.has(Head.TEXT) ? FOR_UPGRADE : FOR_UPGRADE | EXTENDED_CONNECT;
    }

    private static boolean isIdempotent(Head request) {
        for (int i = 0; i < IDEMPOTENT.size(); i++) {
            if (request.partIs(Head.METHOD, IDEMPOTENT.get(i))) {
                return true;
            }
        }
        return false;
    }

    /** By its content-type. */
    public static boolean isGrpc(Head request) {
        int row = request.find(FieldNames.CONTENT_TYPE);
        return row >= 0
                && request.valueLength(row) >= GRPC.length
                && Ascii.isWord(request.bytes(), request.valueAt(row), GRPC.length, GRPC);
    }
}
