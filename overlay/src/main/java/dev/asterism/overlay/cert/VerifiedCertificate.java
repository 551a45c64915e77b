package dev.asterism.overlay.cert;

import org.jspecify.annotations.Nullable;

/**
 * A host certificate that a {@link CaPool} has accepted, with the CA that signed it. Only a pool
 * makes one, so whoever holds one need not ask. It was true at that time: {@link CaPool#recheck}
 * asks again. Immutable.
 */
public final class VerifiedCertificate {

    private final Certificate certificate;
    private final Certificate signer;

    VerifiedCertificate(Certificate certificate, Certificate signer) {
        this.certificate = certificate;
        this.signer = signer;
    }

    public Certificate certificate() {
        return certificate;
    }

    /** The CA that signed it. */
    public Certificate signer() {
        return signer;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof VerifiedCertificate that
                && certificate.equals(that.certificate)
                && signer.equals(that.signer);
    }

    @Override
    public int hashCode() {
        return certificate.hashCode();
    }

    @Override
    public String toString() {
        return certificate + " signed by " + signer;
    }
}
