package dev.asterism.overlay.handshake;

import com.google.protobuf.CodedOutputStream;
import dev.asterism.overlay.io.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * What Nebula puts inside the two handshake messages (spec wire.md 4.5), protobuf:
 *
 * <pre>
 * NebulaHandshake        { details = 1; uint32 asterism_extensions = 16723 (ours; Nebula skips it) }
 * NebulaHandshakeDetails { bytes cert = 1; uint32 initiator_index = 2, responder_index = 3;
 *                          uint64 cookie = 4 (never sent), time = 5; uint32 cert_version = 8 }
 * </pre>
 *
 * Written with ascending field numbers and without zero values.
 *
 * @param cert the sender's certificate in handshake form, without its public key
 * @param initiatorIndex unsigned; 0 means absent, as for all numbers here
 * @param responderIndex unsigned; 0 in message 1
 * @param time the sender's clock, Unix nanoseconds, unsigned
 * @param certVersion unsigned; 0 and 1 mean v1, 2 means v2, others are for the caller to refuse
 * @param extensions bits of what the sender can do beyond Nebula (docs/wire-extensions.md); unknown bits are kept
 */
public record HandshakePayload(
        Bytes cert,
        int initiatorIndex,
        int responderIndex,
        long time,
        int certVersion,
        int extensions) {

    /** That of a sender without extensions. */
    public HandshakePayload(
            Bytes cert, int initiatorIndex, int responderIndex, long time, int certVersion) {
        this(cert, initiatorIndex, responderIndex, time, certVersion, 0);
    }

    /**
     * Whether the sender is Nebula of 1.10 or later, which sends {@code cert_version} for v1 as
     * well, or one of ours.
     */
    boolean isOfRecentSender() {
        return certVersion != 0 || extensions != 0;
    }

    static final int DETAILS = 1;
    static final int CERT = 1;
    static final int INITIATOR_INDEX = 2;
    static final int RESPONDER_INDEX = 3;
    static final int COOKIE = 4;
    static final int TIME = 5;
    static final int CERT_VERSION = 8;

    /** In the outer message, "AS" as a number: far from any that Nebula may come to use. */
    static final int EXTENSIONS = 16723;

    /** What came out of a received payload. */
    public sealed interface Decoded {

        record Valid(HandshakePayload payload) implements Decoded {}

        record Invalid(Reason reason) implements Decoded {}
    }

    /** Why a payload was refused; each is fatal for the handshake. */
    public enum Reason {
        MISSING,
        MALFORMED,
        NO_CERTIFICATE,
        NO_INDEX_AND_NO_TIME,
        /** The index that the sender had to choose is zero. */
        NO_SENDER_INDEX
    }

    /** Decodes message 1's payload and applies its rules. */
    public static Decoded decodeMessage1(Bytes encoded) {
        HandshakePayload payload = HandshakePayloadReader.read(encoded);
        return judge(encoded, payload, payload == null ? 0 : payload.initiatorIndex);
    }

    /** Decodes message 2's payload and applies its rules; the echoed initiator index is not looked at. */
    public static Decoded decodeMessage2(Bytes encoded) {
        HandshakePayload payload = HandshakePayloadReader.read(encoded);
        return judge(encoded, payload, payload == null ? 0 : payload.responderIndex);
    }

    private static Decoded judge(
            Bytes encoded, @Nullable HandshakePayload payload, int senderIndex) {
        if (encoded.isEmpty()) {
            return new Decoded.Invalid(Reason.MISSING);
        }
        if (payload == null) {
            return new Decoded.Invalid(Reason.MALFORMED);
        }
        if (payload.cert.isEmpty()) {
            return new Decoded.Invalid(Reason.NO_CERTIFICATE);
        }
        if (payload.initiatorIndex == 0 && payload.responderIndex == 0 && payload.time == 0) {
            return new Decoded.Invalid(Reason.NO_INDEX_AND_NO_TIME);
        }
        if (senderIndex == 0) {
            return new Decoded.Invalid(Reason.NO_SENDER_INDEX);
        }
        return new Decoded.Valid(payload);
    }

    /** The canonical bytes; owned by the caller. */
    public byte[] encode() {
        ByteArrayOutputStream details = new ByteArrayOutputStream(cert.length() + 40);
        ByteArrayOutputStream whole = new ByteArrayOutputStream(cert.length() + 48);
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(details);
            if (!cert.isEmpty()) {
                out.writeByteArray(CERT, cert.toArray());
            }
            writeUnsigned(out, INITIATOR_INDEX, Integer.toUnsignedLong(initiatorIndex));
            writeUnsigned(out, RESPONDER_INDEX, Integer.toUnsignedLong(responderIndex));
            writeUnsigned(out, TIME, time);
            writeUnsigned(out, CERT_VERSION, Integer.toUnsignedLong(certVersion));
            out.flush();
            CodedOutputStream outer = CodedOutputStream.newInstance(whole);
            outer.writeByteArray(DETAILS, details.toByteArray());
            writeUnsigned(outer, EXTENSIONS, Integer.toUnsignedLong(extensions));
            outer.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return whole.toByteArray();
    }

    private static void writeUnsigned(CodedOutputStream out, int field, long value)
            throws IOException {
        if (value != 0) {
            out.writeUInt64(field, value);
        }
    }
}
