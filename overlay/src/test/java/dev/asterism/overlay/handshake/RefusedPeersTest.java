package dev.asterism.overlay.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.cert.Blocklist;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateId;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.revocation.BundlesInForce;
import dev.asterism.overlay.revocation.TestBundles;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RefusedPeersTest {

    private static final Tick NOW = new Tick(0, TestPki.NOW);

    private final TestPki pki = TestPki.seeded(5, Curve.P256);
    private final Certificate shown = pki.host("laptop", "10.42.0.9/16").certificate();
    private final Fingerprint otherForm = Objects.requireNonNull(shown.alternateFingerprint());
    private final RefusedPeers refused = new RefusedPeers();

    private void isRefused() {
        refused.refused(
                new RefusedPeers.Peer(
                        "laptop", List.of(Ip.of("10.42.0.9")), CertificateId.of(shown)),
                CaPool.IN_BLOCKLIST,
                NOW);
    }

    private CaPool blocking(Fingerprint form) {
        return pki.pool().withBlocklist(Blocklist.parse(List.of(form.toString())).blocklist());
    }

    @Test
    void keepsWhomAListHasInEitherForm() {
        isRefused();
        refused.listsChanged(blocking(shown.fingerprint()));
        assertThat(refused.views(NOW)).hasSize(1);
        refused.listsChanged(blocking(otherForm));
        assertThat(refused.views(NOW)).hasSize(1);
    }

    @Test
    void onlyTheListOfItsCaCounts() {
        isRefused();
        refused.listsChanged(signedBy(pki));
        assertThat(refused.views(NOW)).hasSize(1);
        refused.listsChanged(signedBy(TestPki.seeded(6, Curve.P256)));
        assertThat(refused.views(NOW)).isEmpty();
    }

    private CaPool signedBy(TestPki ca) {
        BundlesInForce bundles = BundlesInForce.NONE.with(TestBundles.of(ca).bundle(1, otherForm));
        return pki.pool().withSigned(bundles.blocklists());
    }

    @Test
    void forgetsWhomNoListHas() {
        isRefused();
        refused.listsChanged(pki.pool());
        assertThat(refused.views(NOW)).isEmpty();
    }
}
