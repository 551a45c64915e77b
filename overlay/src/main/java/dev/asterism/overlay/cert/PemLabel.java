package dev.asterism.overlay.cert;

/** Labels of PEM blocks (spec certificates.md 5). */
final class PemLabel {

    static final String CERTIFICATE_V1 = "NEBULA CERTIFICATE";
    static final String CERTIFICATE_V2 = "NEBULA CERTIFICATE V2";

    /** Anything else that starts so is a certificate of a version nobody knows yet. */
    static final String CERTIFICATE_ANY = "NEBULA CERTIFICATE V";

    static final String X25519_PRIVATE = "NEBULA X25519 PRIVATE KEY";
    static final String X25519_PUBLIC = "NEBULA X25519 PUBLIC KEY";
    static final String P256_PRIVATE = "NEBULA P256 PRIVATE KEY";
    static final String P256_PUBLIC = "NEBULA P256 PUBLIC KEY";
    static final String ED25519_PRIVATE = "NEBULA ED25519 PRIVATE KEY";
    static final String ED25519_ENCRYPTED = "NEBULA ED25519 ENCRYPTED PRIVATE KEY";
    static final String ECDSA_P256_PRIVATE = "NEBULA ECDSA P256 PRIVATE KEY";
    static final String ECDSA_P256_ENCRYPTED = "NEBULA ECDSA P256 ENCRYPTED PRIVATE KEY";

    /** Of our own: see {@link SigningRequest}. */
    static final String REQUEST = "ASTERISM CERTIFICATE REQUEST";

    private PemLabel() {}
}
