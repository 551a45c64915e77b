package dev.asterism.overlay.cert;

import dev.asterism.overlay.noise.KeyPair;
import dev.asterism.overlay.noise.NoiseCipher;
import dev.asterism.overlay.noise.NoiseSuite;

/**
 * One way in which this node proves who it is: a certificate and the static key pair that it
 * vouches for. Whatever depends on the version or on the curve of a handshake comes from here. The
 * keys belong to the {@link LocalIdentity}.
 *
 * @param certificate what handshakes show
 * @param keys the Noise static key pair
 */
public record Credential(Certificate certificate, KeyPair keys) {

    public Credential {
        if (!keys.publicKey().equals(certificate.publicKey())) {
            throw new IllegalArgumentException("the key is not that of the certificate");
        }
    }

    /** Of the certificate. */
    public int version() {
        return certificate.version();
    }

    /** The curve that a peer's certificate must have as well. */
    public Curve curve() {
        return certificate.curve();
    }

    /**
     * The suite of handshakes with this credential: the group is that of the keys.
     *
     * @param cipher of the whole network; it is the node's for its life and no part of a credential
     */
    public NoiseSuite suite(NoiseCipher cipher) {
        return new NoiseSuite(keys.dh(), cipher);
    }
}
