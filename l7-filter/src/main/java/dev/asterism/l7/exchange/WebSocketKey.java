package dev.asterism.l7.exchange;

import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The key with which a client of HTTP/1 asks for a WebSocket, and its answer (RFC 6455 4.2). A server of HTTP/2 sees no
 * key (RFC 8441 5), so the filter between the two gives the answer. Stateless; any thread.
 */
final class WebSocketKey {

    private static final byte[] MAGIC = Ascii.bytes("258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    private static final int TEXT_BYTES = 24;
    private static final int NONCE_BYTES = 16;

    private WebSocketKey() {}

    /**
     * What {@code Sec-WebSocket-Accept} has to say, 28 characters; null: the request has no key, several, or one that
     * is not 16 bytes in base64.
     */
    static byte @Nullable [] accept(Head request) {
        int row = request.find(FieldNames.SEC_WEBSOCKET_KEY);
        if (row < 0
                || request.findFrom(row + 1, FieldNames.SEC_WEBSOCKET_KEY) >= 0
                || request.valueLength(row) != TEXT_BYTES) {
            return null;
        }
        int at = request.valueAt(row);
        byte[] text = new byte[TEXT_BYTES];
        System.arraycopy(request.bytes(), at, text, 0, TEXT_BYTES);
        try {
            return Base64.getDecoder().decode(text).length == NONCE_BYTES ? accept(text) : null;
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static byte[] accept(byte[] key) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            sha1.update(key);
            return Base64.getEncoder().encode(sha1.digest(MAGIC));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}
