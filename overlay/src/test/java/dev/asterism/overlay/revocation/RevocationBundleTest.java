package dev.asterism.overlay.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.overlay.cert.Blocklist;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.cert.Signer;
import dev.asterism.overlay.cert.SigningKey;
import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.cert.Verification;
import dev.asterism.overlay.cert.Verification.Accepted;
import dev.asterism.overlay.cert.Verification.Reason;
import dev.asterism.overlay.cert.Verification.Refused;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.revocation.BundleException.Fault;
import dev.asterism.overlay.revocation.Delegation.Terms;
import dev.asterism.overlay.revocation.Delegation.Validity;
import dev.asterism.overlay.revocation.RevocationBundle.Content;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RevocationBundleTest {

    private static final TestPki PKI = TestPki.seeded(7);
    private static final TestBundles ISSUER = TestBundles.of(PKI);
    private static final Certificate HOST = PKI.host("host", "10.42.0.2/16").certificate();
    private static final Certificate OTHER = PKI.host("other", "10.42.0.3/16").certificate();

    @Test
    void readsWhatItWrites() throws BundleException {
        Bytes policy = Bytes.ofHex("706f6c696379");
        TreeSet<Fingerprint> revoked =
                new TreeSet<>(List.of(HOST.fingerprint(), OTHER.fingerprint()));
        RevocationBundle made =
                ISSUER.sign(new Content(7, 1_800_000_000L, 1_800_086_400L, revoked, policy));

        RevocationBundle read = RevocationBundle.ofPem("before\n" + made.toPem());

        assertThat(read).isEqualTo(made);
        assertThat(read.number()).hasToString("1.7");
        assertThat(read.head().nextDueAt()).isEqualTo(Instant.ofEpochSecond(1_800_086_400L));
        assertThat(read.head().verifyAt(PKI.pool(), TestPki.NOW)).isEqualTo(PKI.ca());
        assertThat(Delegation.decode(ISSUER.delegation().encode())).isEqualTo(ISSUER.delegation());
    }

    @Test
    void refusesEveryFlippedBit() {
        byte[] whole = ISSUER.bundle(7, HOST.fingerprint()).encoded().toArray();
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] changed = whole.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> verify(changed)).isInstanceOf(BundleException.class);
        }
    }

    @Test
    void refusesEveryFlippedByteUnderP256() throws Exception {
        P256Ca ca = new P256Ca();
        byte[] whole = ca.issuer.bundle(7, HOST.fingerprint()).encoded().toArray();
        assertThat(RevocationBundle.decode(Bytes.copyOf(whole)).head().verify(ca.pool))
                .isEqualTo(ca.certificate);
        for (int i = 0; i < whole.length; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= (byte) 0x81;
            assertThatThrownBy(
                            () ->
                                    RevocationBundle.decode(Bytes.owning(changed))
                                            .head()
                                            .verify(ca.pool))
                    .isInstanceOf(BundleException.class);
        }
    }

    private static final class P256Ca {
        final RandomSource random = new Random(3)::nextBytes;
        final SigningKey key = SigningKey.generate(Curve.P256, random);
        final Certificate certificate;
        final CaPool pool;
        final TestBundles issuer;

        P256Ca() throws CertificateException {
            certificate = Signer.selfSigned(2, TestPki.subject("p256 ca"), key);
            pool = CaPool.of(List.of(certificate), Blocklist.EMPTY, TestPki.NOW).pool();
            Terms terms = new Terms(1, Delegation.MAY_REVOKE, TestBundles.ALWAYS);
            issuer = TestBundles.of(certificate, key, random, terms);
        }
    }

    private static void verify(byte[] bundle) throws BundleException {
        RevocationBundle.decode(Bytes.owning(bundle)).head().verify(PKI.pool());
    }

    @Test
    void refusesABundleThatIsCutOrContinued() {
        byte[] whole = ISSUER.bundle(7, HOST.fingerprint()).encoded().toArray();
        for (int length = 0; length <= whole.length + 1; length++) {
            byte[] changed = java.util.Arrays.copyOf(whole, length);
            if (length != whole.length) {
                assertThatThrownBy(() -> RevocationBundle.decode(Bytes.owning(changed)))
                        .isInstanceOf(BundleException.class);
            }
        }
    }

    @Test
    void aHeadFitsItsBound() {
        RevocationBundle largest = ISSUER.large(BundleHead.MAX_VERSION, BundleHead.MAX_ENTRIES);

        assertThat(largest.encoded().length()).isLessThanOrEqualTo(RevocationBundle.MAX_BYTES);
        assertThat(largest.head().encode().length()).isLessThan(BundleHead.MAX_BYTES);
    }

    @Test
    void trustsOnlyADelegationOfACaInThePool() {
        TestBundles stranger = TestBundles.of(TestPki.seeded(8));

        assertFault(Fault.UNKNOWN_CA, stranger.bundle(7), PKI.pool(), TestPki.NOW);
    }

    @Test
    void doesNotTrustABlockedCa() {
        CaPool byFile =
                PKI.pool()
                        .withBlocklist(
                                Blocklist.parse(List.of(PKI.ca().fingerprint().toString()))
                                        .blocklist());

        assertFault(Fault.UNKNOWN_CA, ISSUER.bundle(8), byFile, TestPki.NOW);
    }

    @Test
    void aDelegatedKeySignsOnlyWithItsDelegation() {
        TestBundles thief = TestBundles.of(TestPki.seeded(8), 5);
        Content content = new Content(9, 1, 0, new TreeSet<>(), Bytes.EMPTY);

        RevocationBundle forged = RevocationBundle.sign(content, ISSUER.delegation(), thief.key());

        assertFault(Fault.FORGED, forged, PKI.pool(), TestPki.NOW);
    }

    @Test
    void aDelegatedKeyDoesOnlyWhatItMay() {
        Bytes policy = Bytes.ofHex("00");
        TestBundles mayRevoke =
                TestBundles.of(PKI, new Terms(2, Delegation.MAY_REVOKE, TestBundles.ALWAYS));
        TestBundles mayNothing = TestBundles.of(PKI, new Terms(3, 0, TestBundles.ALWAYS));

        assertFault(
                Fault.NOT_ALLOWED,
                mayRevoke.bundle(1, new TreeSet<>(), policy),
                PKI.pool(),
                TestPki.NOW);
        assertFault(
                Fault.NOT_ALLOWED,
                mayNothing.bundle(1, HOST.fingerprint()),
                PKI.pool(),
                TestPki.NOW);
    }

    @Test
    void takesNothingNewWhenTheDelegationHasEnded() throws BundleException {
        long end = TestPki.NOW.getEpochSecond();
        TestBundles issuer =
                TestBundles.of(PKI, new Terms(2, Delegation.MAY_REVOKE, new Validity(1, end)));
        RevocationBundle bundle = issuer.bundle(1, HOST.fingerprint());

        assertThat(bundle.head().verifyAt(PKI.pool(), TestPki.NOW)).isEqualTo(PKI.ca());
        assertFault(Fault.OUT_OF_DATE, bundle, PKI.pool(), TestPki.NOW.plusSeconds(1));
        assertThat(bundle.head().verify(PKI.pool())).isEqualTo(PKI.ca());
    }

    private static void assertFault(
            Fault fault, RevocationBundle bundle, CaPool pool, Instant now) {
        assertThatThrownBy(() -> bundle.head().verifyAt(pool, now))
                .isInstanceOfSatisfying(
                        BundleException.class, e -> assertThat(e.fault()).isEqualTo(fault));
    }

    @Test
    void aNewDelegationOutranksEveryVersionUnderAnOlderOne() {
        BundleNumber ofThief = new BundleNumber(1, BundleHead.MAX_VERSION);

        assertThat(new BundleNumber(2, 1).isNewerThan(ofThief)).isTrue();
        assertThat(ofThief.isNewerThan(new BundleNumber(2, 1))).isFalse();
        assertThat(ofThief.isNewerThan(ofThief)).isFalse();
    }

    @Test
    void refusesWhatItListsAndNamesItself() {
        CaPool pool = pool(ISSUER.bundle(7, HOST.fingerprint()));

        assertThat(pool.verify(HOST, TestPki.NOW))
                .isEqualTo(
                        new Refused(
                                Reason.BLOCKLISTED,
                                "certificate is in the block list of bundle 1.7"));
        assertThat(pool.recheck(PKI.verified(HOST), TestPki.NOW)).isInstanceOf(Refused.class);
        assertThat(pool.verify(OTHER, TestPki.NOW)).isInstanceOf(Accepted.class);
    }

    /** Or the thief of a delegated key could keep the CA from delegating anew. */
    @Test
    void aBundleNeverBlocksItsCa() throws BundleException {
        CaPool pool = pool(ISSUER.bundle(7, PKI.ca().fingerprint()));

        assertThat(pool.verify(HOST, TestPki.NOW)).isInstanceOf(Accepted.class);
        assertThat(pool.authority(PKI.ca().fingerprint())).isEqualTo(PKI.ca());
        assertThat(TestBundles.of(PKI, 2).bundle(1).head().verifyAt(pool, TestPki.NOW))
                .isEqualTo(PKI.ca());
    }

    @Test
    void speaksOnlyOfItsOwnCasCertificates() throws CertificateException {
        TestPki second = TestPki.limited(8, TestPki.subject("second ca"));
        CaPool both =
                CaPool.of(List.of(PKI.ca(), second.ca()), Blocklist.EMPTY, TestPki.NOW).pool();
        RevocationBundle grab =
                TestBundles.of(second).bundle(9, HOST.fingerprint(), PKI.ca().fingerprint());

        Verification verdict =
                both.withSigned(BundlesInForce.NONE.with(grab).blocklists())
                        .verify(HOST, TestPki.NOW);

        assertThat(verdict).isInstanceOf(Accepted.class);
    }

    @Test
    void refusesTheOtherFormOfAP256Signature() throws CertificateException {
        P256Ca ca = new P256Ca();
        Certificate host =
                new Signer(ca.certificate, ca.key)
                        .signHost(
                                2,
                                TestPki.subject("host", "10.42.0.2/16"),
                                SigningKey.generate(Curve.P256, ca.random).publicKey());
        Fingerprint other = Objects.requireNonNull(host.alternateFingerprint());
        CaPool pool =
                ca.pool.withSigned(
                        BundlesInForce.NONE.with(ca.issuer.bundle(1, other)).blocklists());

        assertThat(pool.verify(host, TestPki.NOW))
                .isEqualTo(
                        new Refused(
                                Reason.BLOCKLISTED,
                                "certificate is in the block list of bundle 1.1"));
    }

    @Test
    void hasRoomForEightCasAndMakesMoreWhenOneLeaves() {
        BundlesInForce full = BundlesInForce.NONE;
        TreeSet<Fingerprint> left = new TreeSet<>();
        for (int i = 0; i < BundlesInForce.MAX_CAS; i++) {
            RevocationBundle bundle = TestBundles.of(TestPki.seeded(100 + i)).bundle(1);
            assertThat(full.makingRoom(new TreeSet<>())).isSameAs(full);
            full = full.with(bundle);
            left.add(bundle.ca());
        }
        Fingerprint ninth = PKI.ca().fingerprint();

        assertThat(full.wants(ninth, ISSUER.bundle(1).edition())).isFalse();
        assertThat(full.wants(left.first(), ISSUER.bundle(2).edition())).isTrue();
        left.remove(left.last());
        assertThat(full.makingRoom(left).wants(ninth, ISSUER.bundle(1).edition())).isTrue();
        assertThat(full.makingRoom(left).all()).hasSize(7);
    }

    private static CaPool pool(RevocationBundle bundle) {
        return PKI.pool().withSigned(BundlesInForce.NONE.with(bundle).blocklists());
    }
}
