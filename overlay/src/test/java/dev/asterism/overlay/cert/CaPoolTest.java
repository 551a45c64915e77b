package dev.asterism.overlay.cert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.cert.Verification.Accepted;
import dev.asterism.overlay.cert.Verification.Reason;
import dev.asterism.overlay.cert.Verification.Refused;
import java.util.List;
import org.junit.jupiter.api.Test;

class CaPoolTest {

    private final TestPki pki = TestPki.seeded(1);
    private final Certificate host = pki.host("host", "10.42.0.2/16", "web").certificate();

    @Test
    void acceptsHostOfItsCa() {
        Verification verdict = pki.pool().verify(host, TestPki.NOW);

        assertThat(verdict).isEqualTo(new Accepted(new VerifiedCertificate(host, pki.ca())));
        assertThat(pki.pool().knowsIssuer(host.issuer())).isTrue();
    }

    @Test
    void refusesHostOfAnotherCa() {
        CaPool other = TestPki.seeded(2).pool();

        assertThat(other.knowsIssuer(host.issuer())).isFalse();
        assertThat(other.verify(host, TestPki.NOW))
                .isEqualTo(
                        new Refused(
                                Reason.UNKNOWN_ISSUER, "could not find ca for the certificate"));
    }

    @Test
    void refusesBlockedHost() {
        CaPool pool = pki.pool().withBlocklist(blocking(host.fingerprint()));

        assertThat(pool.verify(host, TestPki.NOW))
                .isEqualTo(new Refused(Reason.BLOCKLISTED, "certificate is in the block list"));
    }

    @Test
    void refusesEveryHostOfBlockedCa() {
        CaPool pool = pki.pool().withBlocklist(blocking(pki.ca().fingerprint()));

        assertThat(pool.knowsIssuer(host.issuer())).isFalse();
        assertThat(pool.verify(host, TestPki.NOW))
                .isEqualTo(
                        new Refused(Reason.BLOCKLISTED, "root certificate is in the block list"));
        assertThat(pool.recheck(new VerifiedCertificate(host, pki.ca()), TestPki.NOW))
                .isInstanceOf(Refused.class);
    }

    private static Blocklist blocking(String fingerprint) {
        return Blocklist.parse(List.of(fingerprint)).blocklist();
    }
}
