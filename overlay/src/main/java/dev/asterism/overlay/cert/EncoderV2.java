package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Cidr;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes the DER form (spec certificates.md 3): empty lists, a false isCA and CURVE25519 are left out. */
final class EncoderV2 {

    private EncoderV2() {}

    /** The details element: what a signature covers, with the curve and the key behind it. */
    static Bytes details(DetailsV2 details) {
        Subject subject = details.subject();
        DerWriter out = new DerWriter().element(TagsV2.NAME, utf8(subject.name()));
        networks(out, TagsV2.NETWORKS, subject.networks());
        networks(out, TagsV2.UNSAFE_NETWORKS, subject.unsafeNetworks());
        DerWriter groups = new DerWriter();
        subject.groups().forEach(group -> groups.element(TagsV2.UTF8_STRING, utf8(group)));
        if (!groups.isEmpty()) {
            out.element(TagsV2.GROUPS, groups);
        }
        if (details.isCa()) {
            out.element(TagsV2.IS_CA, new byte[] {(byte) TagsV2.TRUE});
        }
        out.integer(TagsV2.NOT_BEFORE, subject.notBefore());
        out.integer(TagsV2.NOT_AFTER, subject.notAfter());
        if (!details.issuer().isEmpty()) {
            out.element(TagsV2.ISSUER, details.issuer());
        }
        return new DerWriter().element(TagsV2.DETAILS, out).bytes();
    }

    private static void networks(DerWriter out, int tag, List<Cidr> networks) {
        DerWriter content = new DerWriter();
        for (Cidr network : networks) {
            byte[] address = network.address().toBytes();
            byte[] encoded = new byte[address.length + 1];
            System.arraycopy(address, 0, encoded, 0, address.length);
            encoded[address.length] = (byte) network.bits();
            content.element(TagsV2.OCTET_STRING, encoded);
        }
        if (!content.isEmpty()) {
            out.element(tag, content);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What a signature covers. */
    static Bytes signedBytes(Bytes rawDetails, int curveNumber, Bytes publicKey) {
        return new DerWriter()
                .raw(rawDetails)
                .raw(Bytes.owning(new byte[] {(byte) curveNumber}))
                .raw(publicKey)
                .bytes();
    }

    static Bytes certificate(Bytes rawDetails, int curveNumber, Bytes publicKey, Bytes signature) {
        DerWriter content = new DerWriter().raw(rawDetails);
        if (curveNumber != 0) {
            content.element(TagsV2.CURVE, new byte[] {(byte) curveNumber});
        }
        content.element(TagsV2.PUBLIC_KEY, publicKey).element(TagsV2.SIGNATURE, signature);
        return new DerWriter().element(TagsV2.CERTIFICATE, content).bytes();
    }

    static Bytes handshakeForm(Bytes rawDetails, Bytes signature) {
        DerWriter content = new DerWriter().raw(rawDetails).element(TagsV2.SIGNATURE, signature);
        return new DerWriter().element(TagsV2.CERTIFICATE, content).bytes();
    }
}
