package dev.asterism.overlay.cert;

import com.google.protobuf.CodedOutputStream;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Cidr;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Writes the canonical protobuf form (spec certificates.md 2): ascending fields, empty ones omitted,
 * numbers packed.
 */
final class EncoderV1 {

    private EncoderV1() {}

    /** RawNebulaCertificateDetails: what a signature covers, when the key is in. */
    static Bytes details(DetailsV1 details) {
        return write(out -> writeDetails(out, details));
    }

    /** RawNebulaCertificate around encoded details. */
    static Bytes certificate(Bytes details, Bytes signature) {
        return write(
                out -> {
                    out.writeByteArray(1, details.toArray());
                    writeBytes(out, 2, signature);
                });
    }

    private static void writeDetails(CodedOutputStream out, DetailsV1 details) throws IOException {
        Subject subject = details.subject();
        if (!subject.name().isEmpty()) {
            out.writeString(1, subject.name());
        }
        writeNetworks(out, 2, subject.networks());
        writeNetworks(out, 3, subject.unsafeNetworks());
        for (String group : subject.groups()) {
            out.writeString(4, group);
        }
        if (subject.notBefore() != 0) {
            out.writeInt64(5, subject.notBefore());
        }
        if (subject.notAfter() != 0) {
            out.writeInt64(6, subject.notAfter());
        }
        writeBytes(out, 7, details.publicKey());
        if (details.isCa()) {
            out.writeBool(8, true);
        }
        writeBytes(out, 9, details.issuer());
        if (details.curveNumber() != 0) {
            out.writeEnum(100, details.curveNumber());
        }
    }

    private static void writeNetworks(CodedOutputStream out, int field, List<Cidr> networks)
            throws IOException {
        if (networks.isEmpty()) {
            return;
        }
        int size = 0;
        for (Cidr network : networks) {
            size += CodedOutputStream.computeUInt32SizeNoTag(network.address().ipv4());
            size += CodedOutputStream.computeUInt32SizeNoTag(mask(network));
        }
        out.writeUInt32NoTag(field << 3 | 2);
        out.writeUInt32NoTag(size);
        for (Cidr network : networks) {
            out.writeUInt32NoTag(network.address().ipv4());
            out.writeUInt32NoTag(mask(network));
        }
    }

    private static int mask(Cidr network) {
        return network.bits() == 0 ? 0 : -1 << 32 - network.bits();
    }

    private static void writeBytes(CodedOutputStream out, int field, Bytes value)
            throws IOException {
        if (!value.isEmpty()) {
            out.writeByteArray(field, value.toArray());
        }
    }

    @FunctionalInterface
    private interface Body {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    private static Bytes write(Body body) {
        ByteArrayOutputStream collected = new ByteArrayOutputStream(256);
        CodedOutputStream out = CodedOutputStream.newInstance(collected, 256);
        try {
            body.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return Bytes.owning(collected.toByteArray());
    }
}
