package dev.asterism.overlay.cert;

/**
 * Certificates or keys of our own operator cannot be used; the message is for people. Bytes of peers
 * never raise it: see {@link Decoded}.
 */
public sealed class CertificateException extends Exception permits LocalIdentity.KeyException {

    private static final long serialVersionUID = 1L;

    public CertificateException(String message) {
        super(message);
    }
}
