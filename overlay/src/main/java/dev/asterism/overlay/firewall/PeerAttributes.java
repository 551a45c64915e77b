package dev.asterism.overlay.firewall;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.cert.VerifiedCertificate;
import dev.asterism.overlay.net.Cidr;
import java.util.List;

/**
 * What a peer's certificate proves, as far as rules can ask.
 *
 * @param issuer the CA
 * @param fingerprint of the peer's certificate
 */
record PeerAttributes(
        String name,
        List<Cidr> networks,
        List<Cidr> unsafeNetworks,
        List<String> groups,
        Fingerprint issuer,
        String caName,
        Fingerprint fingerprint) {

    static PeerAttributes of(VerifiedCertificate peer) {
        Certificate certificate = peer.certificate();
        return new PeerAttributes(
                certificate.name(),
                certificate.networks(),
                certificate.unsafeNetworks(),
                certificate.groups(),
                peer.signer().fingerprint(),
                peer.signer().name(),
                certificate.fingerprint());
    }
}
