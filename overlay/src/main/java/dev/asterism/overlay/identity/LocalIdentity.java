package dev.asterism.overlay.identity;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.noise.KeyPair;
import java.util.List;

/**
 * Who this node is: its certificate and the static key that belongs to it.
 *
 * @param certificate what handshakes show
 * @param keys the Noise static key pair
 */
public record LocalIdentity(Certificate certificate, KeyPair keys) {

    /** Our overlay addresses, primary first. */
    public List<Ip> addresses() {
        return certificate.networks().stream().map(Cidr::address).toList();
    }

    public Ip primary() {
        return certificate.networks().getFirst().address();
    }
}
