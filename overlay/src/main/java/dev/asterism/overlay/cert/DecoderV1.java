package dev.asterism.overlay.cert;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the protobuf form (spec certificates.md 2). A known field number with another wire type counts
 * as unknown, repeated details are merged, later scalars win, unknown fields are dropped.
 */
final class DecoderV1 {

    private static final int BYTES = WireFormat.WIRETYPE_LENGTH_DELIMITED;
    private static final int VARINT = WireFormat.WIRETYPE_VARINT;
    private static final String NOT_PROTOBUF = "cannot parse invalid wire-format data";

    private boolean detailsSeen;
    private String name = "";
    private final List<Integer> ips = new ArrayList<>();
    private final List<Integer> subnets = new ArrayList<>();
    private final List<String> groups = new ArrayList<>();
    private long notBefore;
    private long notAfter;
    private Bytes publicKey = Bytes.EMPTY;
    private boolean isCa;
    private Bytes issuer = Bytes.EMPTY;
    private int curve;
    private Bytes signature = Bytes.EMPTY;

    private DecoderV1() {}

    /** What stood in the bytes, not validated. */
    record Raw(DetailsV1 details, Bytes signature) {}

    static Raw decode(Bytes encoded) throws CertificateException {
        if (encoded.isEmpty()) {
            throw new CertificateException("certificate is empty");
        }
        DecoderV1 decoder = new DecoderV1();
        try {
            decoder.readCertificate(encoded.inPlace(CodedInputStream::newInstance));
        } catch (IOException e) {
            throw new CertificateException(NOT_PROTOBUF);
        }
        return decoder.result();
    }

    private Raw result() throws CertificateException {
        if (!detailsSeen) {
            throw new CertificateException("encoded Details was nil");
        }
        Subject subject =
                new Subject(
                        name,
                        networks(ips, "IPs"),
                        networks(subnets, "Subnets"),
                        groups,
                        notBefore,
                        notAfter);
        return new Raw(new DetailsV1(subject, isCa, issuer, curve, publicKey), signature);
    }

    private static List<Cidr> networks(List<Integer> pairs, String what)
            throws CertificateException {
        if (pairs.size() % 2 != 0) {
            throw new CertificateException(
                    "encoded " + what + " should be in pairs, an odd number was found");
        }
        List<Cidr> networks = new ArrayList<>(pairs.size() / 2);
        for (int i = 0; i < pairs.size(); i += 2) {
            networks.add(new Cidr(Ip.ofIpv4(pairs.get(i)), prefixLength(pairs.get(i + 1))));
        }
        return networks;
    }

    /** A mask that is no left-aligned run of ones reads as 0. */
    private static int prefixLength(int mask) {
        int ones = Integer.numberOfLeadingZeros(~mask);
        return mask << ones == 0 || ones == 32 ? ones : 0;
    }

    private void readCertificate(CodedInputStream in) throws IOException, CertificateException {
        while (!in.isAtEnd()) {
            int tag = readTag(in);
            if (tag == tag(1, BYTES)) {
                detailsSeen = true;
                int outer = in.pushLimit(in.readRawVarint32());
                readDetails(in);
                in.popLimit(outer);
            } else if (tag == tag(2, BYTES)) {
                signature = Bytes.owning(in.readByteArray());
            } else {
                skip(in, tag);
            }
        }
    }

    private void readDetails(CodedInputStream in) throws IOException, CertificateException {
        while (!in.isAtEnd()) {
            int tag = readTag(in);
            int wireType = WireFormat.getTagWireType(tag);
            boolean known =
                    switch (WireFormat.getTagFieldNumber(tag)) {
                        case 1 -> wireType == BYTES && (name = readText(in)) != null;
                        case 2 -> readNumbers(in, wireType, ips);
                        case 3 -> readNumbers(in, wireType, subnets);
                        case 4 -> wireType == BYTES && groups.add(readText(in));
                        case 5, 6, 8, 100 -> wireType == VARINT && readScalar(in, tag);
                        case 7 -> wireType == BYTES && (publicKey = readBytes(in)) != null;
                        case 9 -> wireType == BYTES && (issuer = readBytes(in)) != null;
                        default -> false;
                    };
            if (!known) {
                skip(in, tag);
            }
        }
    }

    private boolean readScalar(CodedInputStream in, int tag) throws IOException {
        long value = in.readRawVarint64();
        switch (WireFormat.getTagFieldNumber(tag)) {
            case 5 -> notBefore = value;
            case 6 -> notAfter = value;
            case 8 -> isCa = value != 0;
            default -> curve = (int) value;
        }
        return true;
    }

    private static boolean readNumbers(CodedInputStream in, int wireType, List<Integer> into)
            throws IOException {
        if (wireType == VARINT) {
            into.add(in.readUInt32());
            return true;
        }
        if (wireType != BYTES) {
            return false;
        }
        int outer = in.pushLimit(in.readRawVarint32());
        while (in.getBytesUntilLimit() > 0) {
            into.add(in.readUInt32());
        }
        in.popLimit(outer);
        return true;
    }

    private static String readText(CodedInputStream in) throws IOException, CertificateException {
        ByteString text = in.readBytes();
        if (!text.isValidUtf8()) {
            throw new CertificateException("string field contains invalid UTF-8");
        }
        return text.toStringUtf8();
    }

    private static Bytes readBytes(CodedInputStream in) throws IOException {
        return Bytes.owning(in.readByteArray());
    }

    /** Field numbers 1 to 2^29 - 1; a longer varint is an error, not cut. */
    private static int readTag(CodedInputStream in) throws IOException {
        long tag = in.readRawVarint64();
        if (tag >>> 32 != 0 || tag >>> 3 == 0) {
            throw new InvalidProtocolBufferException(NOT_PROTOBUF);
        }
        return (int) tag;
    }

    private static void skip(CodedInputStream in, int tag) throws IOException {
        if (!in.skipField(tag)) {
            throw new InvalidProtocolBufferException(NOT_PROTOBUF);
        }
    }

    private static int tag(int field, int wireType) {
        return field << 3 | wireType;
    }

    /** As {@link #decode} with the rules for the form inside a handshake. */
    static Raw decodeHandshake(Bytes form, Bytes staticKey) throws CertificateException {
        Raw raw = decode(form);
        if (!raw.details().publicKey().isEmpty()) {
            throw new CertificateException("certificate has unexpected pubkey present");
        }
        return new Raw(raw.details().withPublicKey(staticKey.compact()), raw.signature());
    }
}
