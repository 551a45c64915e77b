package dev.asterism.lighthouse.testing;

import dev.asterism.overlay.cert.Blocklist;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.cert.SignedBlocklists;
import dev.asterism.overlay.discovery.BundleLink;
import dev.asterism.overlay.net.Ip;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A node that brings into force at once what it is asked. */
public final class FakeBundleLink implements BundleLink {

    public final Set<Ip> peers = new LinkedHashSet<>();
    public CaPool cas = empty();
    public Fingerprint own = new Fingerprint(0, 0, 0, 0);

    private static CaPool empty() {
        try {
            return CaPool.of(List.of(), Blocklist.EMPTY, Instant.EPOCH).pool();
        } catch (CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public CaPool cas() {
        return cas;
    }

    @Override
    public List<Fingerprint> ownCertificates() {
        return List.of(own);
    }

    @Override
    public boolean exchangesBundles(Ip peer) {
        return peers.contains(peer);
    }

    @Override
    public List<Ip> bundlePeers() {
        return List.copyOf(peers);
    }

    @Override
    public void revoke(SignedBlocklists lists) {
        cas = cas.withSigned(lists);
    }
}
