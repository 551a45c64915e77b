package dev.asterism.overlay.discovery;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.net.Ip;
import java.util.List;

/**
 * Who a host is by its certificate. Immutable.
 *
 * @param address the primary overlay address
 * @param groups of the certificate
 */
public record CertifiedHost(Ip address, String name, List<String> groups) {

    public CertifiedHost {
        groups = List.copyOf(groups);
    }

    public static CertifiedHost of(Certificate certificate) {
        return new CertifiedHost(
                certificate.networks().getFirst().address(),
                certificate.name(),
                certificate.groups());
    }

    /** The same, by the address under which a tunnel is known. */
    public CertifiedHost at(Ip tunnel) {
        return new CertifiedHost(tunnel, name, groups);
    }
}
