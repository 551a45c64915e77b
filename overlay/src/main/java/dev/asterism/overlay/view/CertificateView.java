package dev.asterism.overlay.view;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateId;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import java.time.Instant;
import java.util.List;

/**
 * The certificate of this node or of a peer.
 *
 * @param networks overlay addresses with the prefix of their network, primary first
 * @param issuer fingerprint of the CA
 * @param issuerName empty when the CA is not known
 * @param id what block lists know it by
 */
public record CertificateView(
        int version,
        String name,
        List<Cidr> networks,
        List<Cidr> unsafeNetworks,
        List<String> groups,
        String issuer,
        String issuerName,
        Instant notBefore,
        Instant notAfter,
        CertificateId id) {

    public static CertificateView of(Certificate certificate, String issuerName) {
        return new CertificateView(
                certificate.version(),
                certificate.name(),
                certificate.networks(),
                certificate.unsafeNetworks(),
                certificate.groups(),
                certificate.issuerText(),
                issuerName,
                certificate.notBefore(),
                certificate.notAfter(),
                CertificateId.of(certificate));
    }

    /** Lower-case hex SHA-256. */
    public String fingerprint() {
        return id.fingerprint().toString();
    }

    /** Overlay addresses, primary first. */
    public List<Ip> addresses() {
        return networks.stream().map(Cidr::address).toList();
    }
}
