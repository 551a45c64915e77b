package dev.asterism.cert.serve;

import dev.asterism.cert.issue.HostGrant;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.io.Bytes;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** How a certificate is made within the transaction that stores it. */
interface Issuing {

    /** Whose certificates they are. */
    Certificate ca();

    /**
     * Signs for one host and writes it down wherever that is promised; a certificate per version, in ascending order.
     *
     * @throws CertificateException when the CA may not sign this
     * @throws IOException when it cannot be written down: then it must not be handed out
     */
    List<Certificate> issue(HostGrant grant, Bytes publicKey, Instant now)
            throws CertificateException, IOException;
}
