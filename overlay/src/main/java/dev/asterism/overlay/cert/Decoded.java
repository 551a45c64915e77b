package dev.asterism.overlay.cert;

/** Outcome of decoding bytes that anybody may have sent; no exception escapes the decoders. */
public sealed interface Decoded {

    /** Well formed; nothing is said about trust. */
    record Valid(Certificate certificate) implements Decoded {}

    /**
     * @param message the text of spec certificates.md 2 where it names one
     */
    record Invalid(String message) implements Decoded {}

    default Certificate orThrow() throws CertificateException {
        // Not a switch over types, which would make classes at run time: a start of the certificate
        // tool comes here.
        if (this instanceof Valid(Certificate certificate)) {
            return certificate;
        }
        throw new CertificateException(((Invalid) this).message());
    }
}
