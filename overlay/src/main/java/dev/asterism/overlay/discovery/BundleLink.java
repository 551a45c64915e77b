package dev.asterism.overlay.discovery;

import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.cert.SignedBlocklists;
import dev.asterism.overlay.net.Ip;
import java.util.List;

/** What the exchange of revocation bundles sees of the node, and asks of it. Control plane's thread only. */
public interface BundleLink {

    /** The CAs in force now; a reload replaces them. */
    CaPool cas();

    /** Of all certificates that this node shows, of P-256 those of both forms of the signature. */
    List<Fingerprint> ownCertificates();

    /** Whether both ends of the peer's tunnel have shown that they exchange bundles; false without a tunnel. */
    boolean exchangesBundles(Ip peer);

    /** The peers of which that is true, each by its primary address. */
    List<Ip> bundlePeers();

    /** These block lists come into force, for handshakes and for live tunnels, before the control plane's turn ends. */
    void revoke(SignedBlocklists lists);
}
