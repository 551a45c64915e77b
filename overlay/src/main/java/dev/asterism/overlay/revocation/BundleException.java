package dev.asterism.overlay.revocation;

/** A bundle or a delegation that cannot be used; the message says why, for people. */
public final class BundleException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Fault fault;

    /** What is wrong, as metrics name it. */
    public enum Fault {
        /** Not the bytes of a bundle, or not all of them. */
        MALFORMED,
        /** The CA is not in the pool, or is blocked. */
        UNKNOWN_CA,
        /** The CA is not valid now, or the delegation is not. */
        OUT_OF_DATE,
        /** The delegated key may not sign this. */
        NOT_ALLOWED,
        /** A signature or the digest of the content does not match. */
        FORGED
    }

    public BundleException(Fault fault, String message) {
        super(message);
        this.fault = fault;
    }

    public Fault fault() {
        return fault;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
