package dev.asterism.overlay.handshake;

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

    private static final int MAX_VARINT_BYTES = 10;

    private final Bytes whole;
    private Bytes cert = Bytes.EMPTY;
    private int initiatorIndex;
    private int responderIndex;
    private long time;
    private int certVersion;
    private int extensions;

    private HandshakePayloadReader(Bytes whole) {
        this.whole = whole;
    }

    /** Null when the bytes break a rule of the encoding. The certificate is a slice of {@code encoded}. */
    static @Nullable HandshakePayload read(Bytes encoded) {
        HandshakePayloadReader reader = new HandshakePayloadReader(encoded);
        CodedInputStream in = encoded.inPlace(CodedInputStream::newInstance);
        try {
            reader.readOuter(in);
        } catch (IOException malformed) {
            return null;
        }
        return reader.result();
    }

    private HandshakePayload result() {
        return new HandshakePayload(
                cert, initiatorIndex, responderIndex, time, certVersion, extensions);
    }

    private void readOuter(CodedInputStream in) throws IOException {
        while (!in.isAtEnd()) {
            int tag = readTag(in);
            if (tag == wireTag(HandshakePayload.DETAILS, WireFormat.WIRETYPE_LENGTH_DELIMITED)) {
                int outer = in.pushLimit(length(in));
                readDetails(in);
                in.popLimit(outer);
            } else if (tag == wireTag(HandshakePayload.EXTENSIONS, WireFormat.WIRETYPE_VARINT)) {
                extensions = (int) varint(in);
            } else {
                skip(in, tag);
            }
        }
    }

    private void readDetails(CodedInputStream in) throws IOException {
        while (!in.isAtEnd()) {
            int tag = readTag(in);
            switch (WireFormat.getTagFieldNumber(tag)) {
                case HandshakePayload.CERT -> {
                    require(tag, WireFormat.WIRETYPE_LENGTH_DELIMITED);
                    int length = length(in);
                    cert = whole.slice(in.getTotalBytesRead(), length);
                    in.skipRawBytes(length);
                }
                case HandshakePayload.INITIATOR_INDEX -> initiatorIndex = uint32(in, tag);
                case HandshakePayload.RESPONDER_INDEX -> responderIndex = uint32(in, tag);
                case HandshakePayload.COOKIE -> uint64(in, tag);
                case HandshakePayload.TIME -> time = uint64(in, tag);
                case HandshakePayload.CERT_VERSION -> certVersion = uint32(in, tag);
                default -> skip(in, tag);
            }
        }
    }

    private int uint32(CodedInputStream in, int tag) throws IOException {
        long value = uint64(in, tag);
        if (value >>> 32 != 0) {
            throw new InvalidProtocolBufferException("value needs more than 32 bits");
        }
        return (int) value;
    }

    private long uint64(CodedInputStream in, int tag) throws IOException {
        require(tag, WireFormat.WIRETYPE_VARINT);
        return varint(in);
    }

    /** CodedInputStream drops bits beyond 64 silently; here they are an error. */
    private long varint(CodedInputStream in) throws IOException {
        int before = in.getTotalBytesRead();
        long value = in.readRawVarint64();
        int after = in.getTotalBytesRead();
        if (after - before == MAX_VARINT_BYTES && whole.at(after - 1) > 1) {
            throw new InvalidProtocolBufferException("value needs more than 64 bits");
        }
        return value;
    }

    /** Of a field that follows; never more than what is left of the message around it. */
    private static int length(CodedInputStream in) throws IOException {
        int length = in.readRawVarint32();
        if (length < 0 || length > in.getBytesUntilLimit()) {
            throw new InvalidProtocolBufferException("field is longer than its message");
        }
        return length;
    }

    private int readTag(CodedInputStream in) throws IOException {
        long tag = varint(in);
        if (tag >>> 32 != 0 || tag >>> 3 == 0) {
            throw new InvalidProtocolBufferException("impossible field number");
        }
        return (int) tag;
    }

    private void skip(CodedInputStream in, int tag) throws IOException {
        if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT) {
            varint(in);
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
