package dev.asterism.overlay.noise;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.asterism.overlay.io.Bytes;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The decoder behind {@link HandshakePayload} (spec wire.md 4.5): unknown fields are skipped, of a repeated field the
 * last one counts, and in the details a known field of another wire type is an error.
 */
final class HandshakePayloadReader {

    private static final int LONGEST_VARINT = 10;

    private Bytes cert = Bytes.EMPTY;
    private int initiatorIndex;
    private int responderIndex;
    private long time;
    private int certVersion;
    private int extensions;

    private HandshakePayloadReader() {}

    /** Null when the bytes break a rule of the encoding. */
    static @Nullable HandshakePayload read(Bytes encoded) {
        HandshakePayloadReader reader = new HandshakePayloadReader();
        try {
            reader.readOuter(encoded.toArray());
        } catch (IOException malformed) {
            return null;
        }
        return new HandshakePayload(
                reader.cert,
                reader.initiatorIndex,
                reader.responderIndex,
                reader.time,
                reader.certVersion,
                reader.extensions);
    }

    private void readOuter(byte[] encoded) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(encoded);
        while (!in.isAtEnd()) {
            int tag = readTag(in, encoded);
            if (tag == wireTag(HandshakePayload.DETAILS, WireFormat.WIRETYPE_LENGTH_DELIMITED)) {
                readDetails(in.readByteArray());
            } else if (tag == wireTag(HandshakePayload.EXTENSIONS, WireFormat.WIRETYPE_VARINT)) {
                extensions = (int) varint(in, encoded);
            } else {
                skip(in, tag, encoded);
            }
        }
    }

    private void readDetails(byte[] encoded) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(encoded);
        while (!in.isAtEnd()) {
            int tag = readTag(in, encoded);
            switch (WireFormat.getTagFieldNumber(tag)) {
                case HandshakePayload.CERT -> {
                    require(tag, WireFormat.WIRETYPE_LENGTH_DELIMITED);
                    cert = Bytes.owning(in.readByteArray());
                }
                case HandshakePayload.INITIATOR_INDEX -> initiatorIndex = uint32(in, tag, encoded);
                case HandshakePayload.RESPONDER_INDEX -> responderIndex = uint32(in, tag, encoded);
                case HandshakePayload.COOKIE -> uint64(in, tag, encoded);
                case HandshakePayload.TIME -> time = uint64(in, tag, encoded);
                case HandshakePayload.CERT_VERSION -> certVersion = uint32(in, tag, encoded);
                default -> skip(in, tag, encoded);
            }
        }
    }

    private static int uint32(CodedInputStream in, int tag, byte[] encoded) throws IOException {
        long value = uint64(in, tag, encoded);
        if (value >>> 32 != 0) {
            throw new InvalidProtocolBufferException("value needs more than 32 bits");
        }
        return (int) value;
    }

    private static long uint64(CodedInputStream in, int tag, byte[] encoded) throws IOException {
        require(tag, WireFormat.WIRETYPE_VARINT);
        return varint(in, encoded);
    }

    /** CodedInputStream drops bits beyond 64 silently; here they are an error. */
    private static long varint(CodedInputStream in, byte[] encoded) throws IOException {
        int start = in.getTotalBytesRead();
        long value = in.readRawVarint64();
        int end = in.getTotalBytesRead();
        if (end - start == LONGEST_VARINT && encoded[end - 1] > 1) {
            throw new InvalidProtocolBufferException("value needs more than 64 bits");
        }
        return value;
    }

    private static int readTag(CodedInputStream in, byte[] encoded) throws IOException {
        long tag = varint(in, encoded);
        if (tag >>> 32 != 0 || tag >>> 3 == 0) {
            throw new InvalidProtocolBufferException("impossible field number");
        }
        return (int) tag;
    }

    private static void skip(CodedInputStream in, int tag, byte[] encoded) throws IOException {
        if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT) {
            varint(in, encoded);
        } else if (!in.skipField(tag)) {
            throw new InvalidProtocolBufferException("end of a group that never began");
        }
    }

    private static void require(int tag, int wireType) throws IOException {
        if (WireFormat.getTagWireType(tag) != wireType) {
            throw new InvalidProtocolBufferException("known field with another wire type");
        }
    }

    private static int wireTag(int field, int wireType) {
        return field << 3 | wireType;
    }
}
