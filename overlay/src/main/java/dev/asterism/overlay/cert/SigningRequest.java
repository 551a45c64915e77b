package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.noise.Dh;
import dev.asterism.overlay.noise.KeyPair;
import dev.asterism.overlay.noise.P256;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a host sends to a CA in place of its private key: its public key, what it would like its certificate to say,
 * and a proof that it has the private key (ADR 0040). Of our own, as Nebula has none: the encoding of a version 2
 * certificate without issuer under a PEM label of its own, where the proof stands for the signature. The proof covers
 * all of it behind words that begin no certificate. A request grants nothing: who signs decides. Immutable.
 */
public final class SigningRequest {

    private static final Bytes CONTEXT =
            Bytes.owning("asterism certificate request 1\0".getBytes(StandardCharsets.UTF_8));

    private final CertificateV2 content;

    private SigningRequest(CertificateV2 content) {
        this.content = content;
    }

    /**
     * Makes a request. Its times are those of {@code wishes}: from when, and until when if that is later.
     *
     * @param wishes networks may be missing: then the CA decides
     * @param keys borrowed
     */
    public static SigningRequest make(Subject wishes, KeyPair keys, RandomSource random)
            throws CertificateException {
        DetailsV2 details = new DetailsV2(wishes, false, Bytes.EMPTY, 0);
        String violation = details.unreadable();
        if (violation == null && !wishes.networks().isEmpty()) {
            violation = details.violation();
        }
        if (violation != null) {
            throw new CertificateException(violation);
        }
        Bytes raw = EncoderV2.details(details);
        int curve = keys.dh().equals(Dh.p256()) ? 1 : 0;
        Bytes signed = EncoderV2.signedBytes(raw, curve, keys.publicKey());
        Bytes proof = prove(keys, signed, random);
        return new SigningRequest(new CertificateV2(details, raw, curve, keys.publicKey(), proof));
    }

    private static Bytes prove(KeyPair keys, Bytes signed, RandomSource random) {
        byte[] secret = keys.copyPrivateKey();
        try {
            return keys.dh().equals(Dh.p256())
                    ? EcdsaP256.sign(secret, behindContext(signed))
                    : XEdDsa.sign(secret, behindContext(signed), random.bytes(XEdDsa.RANDOM_BYTES));
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    /** Whether the first PEM block of the text is a request. */
    public static boolean isIn(String text) {
        PemBlock block = new Pem(text).next();
        return block != null && block.label().equals(PemLabel.REQUEST);
    }

    /** Reads a request and checks its proof. */
    public static SigningRequest read(String text) throws CertificateException {
        PemBlock block = KeyPem.first(text);
        if (!block.label().equals(PemLabel.REQUEST)) {
            throw new CertificateException(
                    "bytes did not contain a proper certificate request banner: "
                            + Quoted.of(block.label()));
        }
        CertificateV2 content = DecoderV2.decodeRequest(block.bytes());
        if (content.isCa() || !content.issuerText().isEmpty()) {
            throw new CertificateException("the request is a certificate");
        }
        if (!isProven(content)) {
            throw new CertificateException(
                    "the request does not prove that its maker has the private key");
        }
        return new SigningRequest(content);
    }

    private static boolean isProven(CertificateV2 content) {
        Bytes message = behindContext(content.signedBytes());
        return switch (content.curve()) {
            case CURVE25519 -> XEdDsa.verify(content.publicKey(), message, content.signature());
            case P256 ->
                    content.publicKey().length() == P256.POINT_BYTES
                            && EcdsaP256.verify(content.publicKey(), message, content.signature());
            case UNRECOGNIZED -> false;
        };
    }

    private static Bytes behindContext(Bytes signed) {
        return new DerWriter().raw(CONTEXT).raw(signed).bytes();
    }

    public String toPem() {
        return Pem.encode(PemLabel.REQUEST, content.encoded().toArray());
    }

    /** What the host would like. */
    public Subject wishes() {
        return content.subject();
    }

    public Curve curve() {
        return content.curve();
    }

    public Bytes publicKey() {
        return content.publicKey();
    }
}
