package dev.asterism.overlay.cert;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Cidr;
import java.time.Instant;
import java.util.List;

/** Placeholder for the compile; the cert package fills it in. */
public record CertificateV1(
        String name,
        List<Cidr> networks,
        List<Cidr> unsafeNetworks,
        List<String> groups,
        boolean isCa,
        Instant notBefore,
        Instant notAfter,
        String issuer,
        Curve curve,
        Bytes publicKey,
        Bytes signature,
        Bytes signedBytes,
        Bytes encoded,
        Bytes handshakeForm,
        String fingerprint)
        implements Certificate {

    @Override
    public int version() {
        return 1;
    }
}
