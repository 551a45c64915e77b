package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the DER form (spec certificates.md 3): elements in their order, none unknown between them;
 * bytes behind the last known element of a structure are ignored. The details stay as they were
 * received, since signature and fingerprint cover them so.
 */
final class DecoderV2 {

    private static final int MAX_BYTES = 65_536;
    private static final int MAX_NAME_BYTES = 253;
    private static final int IPV4_BYTES = 5;
    private static final int IPV6_BYTES = 17;
    private static final int MAPPED_BITS = 96;

    private final boolean isRequest;
    private int mappedUnsafe;

    /**
     * @param isRequest whether a host need not have networks yet
     */
    private DecoderV2(boolean isRequest) {
        this.isRequest = isRequest;
    }

    /** Decodes the stored form; a missing curve is CURVE25519. */
    static CertificateV2 decode(Bytes stored) throws CertificateException {
        return new DecoderV2(false).certificate(stored, null, 0);
    }

    /** Decodes what a {@link SigningRequest} holds. */
    static CertificateV2 decodeRequest(Bytes stored) throws CertificateException {
        return new DecoderV2(true).certificate(stored, null, 0);
    }

    /**
     * Decodes the form inside a handshake.
     *
     * @param staticKey takes the place of the missing key
     * @param curveNumber that of the receiver's own certificate, as the form has none
     */
    static CertificateV2 decodeHandshake(Bytes form, Bytes staticKey, int curveNumber)
            throws CertificateException {
        return new DecoderV2(false).certificate(form, staticKey.compact(), curveNumber);
    }

    private CertificateV2 certificate(Bytes form, @Nullable Bytes suppliedKey, int defaultCurve)
            throws CertificateException {
        if (form.length() > MAX_BYTES) {
            throw new CertificateException(DerReader.BAD);
        }
        DerReader in = new DerReader(new DerReader(form).nonEmpty(TagsV2.CERTIFICATE));
        Bytes rawDetails = in.element(TagsV2.DETAILS).compact();
        int curve = in.sees(TagsV2.CURVE) ? in.oneByte(TagsV2.CURVE) : defaultCurve;
        Bytes key = suppliedKey == null ? in.nonEmpty(TagsV2.PUBLIC_KEY).compact() : suppliedKey;
        Bytes signature = in.nonEmpty(TagsV2.SIGNATURE).compact();
        DetailsV2 details = details(new DerReader(rawDetails).content(TagsV2.DETAILS));
        if (key.isEmpty()) {
            throw new CertificateException("invalid public key");
        }
        boolean mayBeBare = isRequest && details.subject().networks().isEmpty();
        String violation = mayBeBare ? null : details.violation();
        if (violation != null) {
            throw new CertificateException(violation);
        }
        return new CertificateV2(details, rawDetails, curve, key, signature);
    }

    private DetailsV2 details(Bytes content) throws CertificateException {
        DerReader in = new DerReader(content);
        Bytes name = in.nonEmpty(TagsV2.NAME);
        if (name.length() > MAX_NAME_BYTES) {
            throw new CertificateException(DerReader.BAD);
        }
        List<Cidr> networks = networks(in.optional(TagsV2.NETWORKS), false);
        List<Cidr> unsafe = networks(in.optional(TagsV2.UNSAFE_NETWORKS), true);
        List<String> groups = groups(in.optional(TagsV2.GROUPS));
        boolean isCa = in.sees(TagsV2.IS_CA) && in.oneByte(TagsV2.IS_CA) != 0;
        long notBefore = in.integer(TagsV2.NOT_BEFORE);
        long notAfter = in.integer(TagsV2.NOT_AFTER);
        Bytes issuer = in.optional(TagsV2.ISSUER).compact();
        Subject subject = new Subject(text(name), networks, unsafe, groups, notBefore, notAfter);
        return new DetailsV2(subject, isCa, issuer, mappedUnsafe);
    }

    private List<Cidr> networks(Bytes content, boolean unsafe) throws CertificateException {
        List<Cidr> networks = new ArrayList<>();
        DerReader in = new DerReader(content);
        while (!in.atEnd()) {
            networks.add(network(in.content(TagsV2.OCTET_STRING), unsafe));
        }
        return networks;
    }

    private Cidr network(Bytes content, boolean unsafe) throws CertificateException {
        int length = content.length();
        if (length != IPV4_BYTES && length != IPV6_BYTES) {
            throw new CertificateException(DerReader.BAD);
        }
        Ip address = Ip.ofBytes(content.slice(0, length - 1).toArray());
        int bits = content.at(length - 1) & 0xFF;
        if (bits > 8 * (length - 1)) {
            throw new CertificateException("invalid network: invalid Prefix");
        }
        if (length == IPV6_BYTES && address.isIpv4()) {
            bits = mappedBits(address, bits, unsafe);
        }
        return new Cidr(address, bits);
    }

    /** An IPv4-mapped network is the IPv4 one here; Nebula keeps it as a kind of its own and has no use for it. */
    private int mappedBits(Ip address, int bits, boolean unsafe) throws CertificateException {
        if (!unsafe) {
            throw new CertificateException(
                    "4in6 networks are not allowed: ::ffff:" + address + "/" + bits);
        }
        if (bits < MAPPED_BITS) {
            throw new CertificateException(
                    "an IPv4-mapped unsafe network shorter than /96 is not supported: ::ffff:"
                            + address
                            + "/"
                            + bits);
        }
        mappedUnsafe++;
        return bits - MAPPED_BITS;
    }

    private static List<String> groups(Bytes content) throws CertificateException {
        List<String> groups = new ArrayList<>();
        DerReader in = new DerReader(content);
        while (!in.atEnd()) {
            groups.add(text(in.nonEmpty(TagsV2.UTF8_STRING)));
        }
        return groups;
    }

    /** What is not UTF-8 reads as U+FFFD. */
    private static String text(Bytes bytes) {
        return new String(bytes.toArray(), StandardCharsets.UTF_8);
    }
}
