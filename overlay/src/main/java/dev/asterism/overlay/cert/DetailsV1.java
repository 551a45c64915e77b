package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Cidr;
import org.jspecify.annotations.Nullable;

/**
 * The signed part of a version 1 certificate.
 *
 * @param issuer raw bytes, 32 in practice, empty for a CA
 * @param curveNumber as on the wire, any number
 */
record DetailsV1(Subject subject, boolean isCa, Bytes issuer, int curveNumber, Bytes publicKey) {

    DetailsV1 withPublicKey(Bytes key) {
        return new DetailsV1(subject, isCa, issuer, curveNumber, key);
    }

    DetailsV1 withIssuer(Bytes ca) {
        return new DetailsV1(subject, isCa, ca, curveNumber, publicKey);
    }

    /** The first broken rule of spec certificates.md 2 "Validation", or null. */
    @Nullable String violation() {
        if (publicKey.isEmpty()) {
            return "invalid public key";
        }
        if (!isCa && subject.networks().isEmpty()) {
            return "non-CA certificates must contain exactly one network";
        }
        for (Cidr network : subject.networks()) {
            if (!network.isIpv4()) {
                return "certificate may not contain IPv6 networks: " + network;
            }
            if (network.address().isUnspecified()) {
                return "non-CA certificates must not use the zero address as a network: " + network;
            }
        }
        for (Cidr network : subject.unsafeNetworks()) {
            if (!network.isIpv4()) {
                return "certificate may not contain IPv6 unsafe networks: " + network;
            }
        }
        return null;
    }
}
