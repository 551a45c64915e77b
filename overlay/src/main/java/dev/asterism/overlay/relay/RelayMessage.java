package dev.asterism.overlay.relay;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * A control message between two neighbours of a relayed path (spec wire.md 8.2), protobuf:
 *
 * <pre>
 * NebulaControl { type = 1; uint32 initiator_relay_index = 2, responder_relay_index = 3,
 *                 old_relay_to_addr = 4, old_relay_from_addr = 5; Addr relay_to_addr = 6, relay_from_addr = 7 }
 * Addr { uint64 hi = 1, lo = 2 }
 * </pre>
 *
 * Written with ascending field numbers and without zero values.
 *
 * @param form decides how the addresses are written; an answer has the form of its question
 * @param initiatorIndex unsigned; of whoever sent the request
 * @param responderIndex unsigned; 0 in a request
 * @param from the end that began
 * @param to the end that it looks for
 */
public record RelayMessage(
        Kind kind, Form form, int initiatorIndex, int responderIndex, Ip from, Ip to) {

    private static final int TYPE = 1;
    private static final int INITIATOR_INDEX = 2;
    private static final int RESPONDER_INDEX = 3;
    private static final int OLD_TO = 4;
    private static final int OLD_FROM = 5;
    private static final int TO = 6;
    private static final int FROM = 7;
    private static final int HI = 1;
    private static final int LO = 2;
    private static final int MAX_ENCODED_BYTES = 80;

    /** Which of the two it is. */
    public enum Kind {
        REQUEST(1),
        RESPONSE(2);

        private final int number;

        Kind(int number) {
            this.number = number;
        }
    }

    /** How addresses are written. */
    public enum Form {
        /** IPv4 only; what nodes before 1.10 know. */
        V1,
        V2;

        /** The form that a neighbour with a certificate of this version understands. */
        static Form of(int certificateVersion) {
            return certificateVersion == 1 ? V1 : V2;
        }

        boolean canHold(Ip from, Ip to) {
            return this == V2 || from.isIpv4() && to.isIpv4();
        }
    }

    /**
     * Null when the bytes break a rule of the encoding, when an address is missing, or for a type that nobody knows.
     */
    public static @Nullable RelayMessage decode(Bytes encoded) {
        CodedInputStream in = encoded.inPlace(CodedInputStream::newInstance);
        Fields fields = new Fields();
        try {
            in.pushLimit(encoded.length());
            fields.read(in);
        } catch (IOException malformed) {
            return null;
        }
        return fields.message();
    }

    /** What has been read so far; of a repeated field the last one counts. */
    private static final class Fields {
        private int type;
        private int initiatorIndex;
        private int responderIndex;
        private int oldTo;
        private int oldFrom;
        private @Nullable Ip to;
        private @Nullable Ip from;

        void read(CodedInputStream in) throws IOException {
            while (!in.isAtEnd()) {
                int tag = in.readTag();
                switch (WireFormat.getTagFieldNumber(tag)) {
                    case TYPE -> type = uint32(in, tag);
                    case INITIATOR_INDEX -> initiatorIndex = uint32(in, tag);
                    case RESPONDER_INDEX -> responderIndex = uint32(in, tag);
                    case OLD_TO -> oldTo = uint32(in, tag);
                    case OLD_FROM -> oldFrom = uint32(in, tag);
                    case TO -> to = address(in, tag);
                    case FROM -> from = address(in, tag);
                    default -> skip(in, tag);
                }
            }
        }

        private static int uint32(CodedInputStream in, int tag) throws IOException {
            require(tag, WireFormat.WIRETYPE_VARINT);
            return in.readUInt32();
        }

        private static Ip address(CodedInputStream in, int tag) throws IOException {
            require(tag, WireFormat.WIRETYPE_LENGTH_DELIMITED);
            int outer = in.pushLimit(in.readRawVarint32());
            long hi = 0;
            long lo = 0;
            while (!in.isAtEnd()) {
                int inner = in.readTag();
                switch (WireFormat.getTagFieldNumber(inner)) {
                    case HI -> {
                        require(inner, WireFormat.WIRETYPE_VARINT);
                        hi = in.readUInt64();
                    }
                    case LO -> {
                        require(inner, WireFormat.WIRETYPE_VARINT);
                        lo = in.readUInt64();
                    }
                    default -> skip(in, inner);
                }
            }
            in.popLimit(outer);
            return new Ip(hi, lo);
        }

        private static void skip(CodedInputStream in, int tag) throws IOException {
            if (!in.skipField(tag)) {
                throw new InvalidProtocolBufferException("end of a group that never began");
            }
        }

        private static void require(int tag, int wireType) throws IOException {
            if (WireFormat.getTagWireType(tag) != wireType) {
                throw new InvalidProtocolBufferException("known field with another wire type");
            }
        }

        @Nullable RelayMessage message() {
            boolean old = oldTo != 0 || oldFrom != 0;
            Ip end = old ? Ip.ofIpv4(oldTo) : to;
            Ip origin = old ? Ip.ofIpv4(oldFrom) : from;
            if (end == null || origin == null) {
                return null;
            }
            Form form = old ? Form.V1 : Form.V2;
            for (Kind kind : Kind.values()) {
                if (kind.number == type) {
                    return new RelayMessage(
                            kind, form, initiatorIndex, responderIndex, origin, end);
                }
            }
            return null;
        }
    }

    /**
     * The canonical bytes; owned by the caller.
     *
     * @throws IllegalStateException when form 1 is to hold an IPv6 address
     */
    public byte[] encode() {
        if (!form.canHold(from, to)) {
            throw new IllegalStateException("form 1 holds IPv4 addresses only");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(MAX_ENCODED_BYTES);
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            out.writeUInt32(TYPE, kind.number);
            writeUnsigned(out, INITIATOR_INDEX, Integer.toUnsignedLong(initiatorIndex));
            writeUnsigned(out, RESPONDER_INDEX, Integer.toUnsignedLong(responderIndex));
            if (form == Form.V1) {
                writeUnsigned(out, OLD_TO, Integer.toUnsignedLong(to.ipv4()));
                writeUnsigned(out, OLD_FROM, Integer.toUnsignedLong(from.ipv4()));
            } else {
                out.writeByteArray(TO, encoded(to));
                out.writeByteArray(FROM, encoded(from));
            }
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    private static byte[] encoded(Ip address) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(MAX_ENCODED_BYTES);
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        writeUnsigned(out, HI, address.hi());
        writeUnsigned(out, LO, address.lo());
        out.flush();
        return bytes.toByteArray();
    }

    private static void writeUnsigned(CodedOutputStream out, int field, long value)
            throws IOException {
        if (value != 0) {
            out.writeUInt64(field, value);
        }
    }
}
