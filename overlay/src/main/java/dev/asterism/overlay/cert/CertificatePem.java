package dev.asterism.overlay.cert;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Certificates as PEM text, one or many (spec certificates.md 5). */
public final class CertificatePem {

    private static final String NO_BLOCK = "input did not contain a valid PEM encoded block";

    private CertificatePem() {}

    /**
     * What a bundle held.
     *
     * @param skipped one message per certificate of a version or curve that is not supported, {@code
     *     certificate N: WHY}
     */
    public record Bundle(List<Certificate> certificates, List<String> skipped) {

        public Bundle {
            certificates = List.copyOf(certificates);
            skipped = List.copyOf(skipped);
        }
    }

    public static String encode(Certificate certificate) {
        // Not a switch over types: see Decoded.orThrow.
        String label =
                certificate.version() == 1 ? PemLabel.CERTIFICATE_V1 : PemLabel.CERTIFICATE_V2;
        return Pem.encode(label, certificate.encoded().toArray());
    }

    /**
     * Reads every certificate; one that cannot be used for its version or curve is skipped by name, any
     * other fault ends it. Empty text is an empty bundle.
     */
    public static Bundle readUsable(String text) throws CertificateException {
        return readUsable(text, NO_BLOCK);
    }

    /** As above; the message of a pool says more about a missing block. */
    static Bundle readUsableAuthorities(String text) throws CertificateException {
        return readUsable(text, NO_BLOCK + ": truncated PEM block");
    }

    private static Bundle readUsable(String text, String noBlock) throws CertificateException {
        Pem pem = new Pem(text);
        List<Certificate> certificates = new ArrayList<>();
        List<String> skipped = new ArrayList<>();
        for (int number = 1; !pem.atEnd(); number++) {
            PemBlock block = pem.next();
            if (block == null) {
                throw new CertificateException(noBlock);
            }
            String unusable = unusableVersion(block.label());
            if (unusable == null) {
                Certificate certificate = decode(block);
                unusable = unusableCurve(certificate);
                if (unusable == null) {
                    certificates.add(certificate);
                }
            }
            if (unusable != null) {
                skipped.add("certificate " + number + ": " + unusable);
            }
        }
        return new Bundle(certificates, skipped);
    }

    /** Reads the first certificate, of any curve. */
    public static Certificate readFirst(String text) throws CertificateException {
        return new Reader(text).next();
    }

    /** Reads certificates one after the other, of any curve; not thread-safe. */
    public static final class Reader {

        private final Pem pem;

        public Reader(String text) {
            this.pem = new Pem(text);
        }

        public boolean atEnd() {
            return pem.atEnd();
        }

        public Certificate next() throws CertificateException {
            PemBlock block = pem.next();
            if (block == null) {
                throw new CertificateException(NO_BLOCK);
            }
            String unusable = unusableVersion(block.label());
            if (unusable != null) {
                throw new CertificateException(unusable);
            }
            return decode(block);
        }
    }

    private static Certificate decode(PemBlock block) throws CertificateException {
        if (block.label().equals(PemLabel.CERTIFICATE_V2)) {
            return CertificateV2.decode(block.bytes()).orThrow();
        }
        if (!block.label().equals(PemLabel.CERTIFICATE_V1)) {
            throw new CertificateException(
                    "bytes did not contain a proper certificate banner: "
                            + Quoted.of(block.label()));
        }
        return CertificateV1.decode(block.bytes()).orThrow();
    }

    private static @Nullable String unusableVersion(String label) {
        return label.startsWith(PemLabel.CERTIFICATE_ANY) && !label.equals(PemLabel.CERTIFICATE_V2)
                ? "certificate version unrecognized: " + Quoted.of(label)
                : null;
    }

    private static @Nullable String unusableCurve(Certificate certificate) {
        String name = Quoted.of(certificate.name());
        return switch (certificate.curve()) {
            case CURVE25519, P256 -> null;
            case UNRECOGNIZED ->
                    name + ": certificate curve unrecognized: " + certificate.curveNumber();
        };
    }
}
