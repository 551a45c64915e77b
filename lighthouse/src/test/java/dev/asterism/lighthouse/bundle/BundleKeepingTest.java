package dev.asterism.lighthouse.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.lighthouse.bundle.BundleMessage.Offer;
import dev.asterism.lighthouse.testing.FakeBundleLink;
import dev.asterism.lighthouse.testing.TestNode;
import dev.asterism.overlay.cert.Blocklist;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.event.MeshEvent;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.revocation.BundleException;
import dev.asterism.overlay.revocation.BundlesInForce;
import dev.asterism.overlay.revocation.RevocationBundle;
import dev.asterism.overlay.revocation.RevocationBundle.Content;
import dev.asterism.overlay.revocation.TestBundles;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is in force and what is kept, without a peer. */
class BundleKeepingTest {

    private static final TestPki PKI = TestPki.seeded(7);
    private static final TestPki OTHER = TestPki.seeded(8);
    private static final TestBundles ISSUER = TestBundles.of(PKI);
    private static final Certificate HOST = PKI.host("host", "10.42.0.9/16").certificate();
    private static final CaPool EMPTY = new FakeBundleLink().cas;
    private static final Tick NOW = TestNode.at(0);
    private static final Ip LIGHTHOUSE = Ip.of("10.42.0.1");

    private final FakeBundleLink link = new FakeBundleLink();
    private final List<MeshEvent> events = new ArrayList<>();
    private int changes;
    private final BundleKeeping keeping = new BundleKeeping(link, events::add, () -> changes++);

    private <T extends MeshEvent> List<T> events(Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** With this number and of this second; what it revokes tells it from others. */
    private static RevocationBundle twin(long secondsLater, Certificate... revoked) {
        TreeSet<Fingerprint> list = new TreeSet<>();
        for (Certificate certificate : revoked) {
            list.add(certificate.fingerprint());
        }
        long issued = TestPki.NOW.getEpochSecond() + secondsLater;
        return ISSUER.sign(new Content(7, issued, 0, list, Bytes.EMPTY));
    }

    @Test
    void aKeptBundleWaitsForItsCaAndCountsWhenThatComes() throws BundleException {
        link.cas = OTHER.pool();
        RevocationBundle bundle = ISSUER.bundle(7, HOST.fingerprint());
        keeping.restore(bundle, NOW);

        assertThat(keeping.inForce().all()).isEmpty();
        assertThat(keeping.toKeep()).as("survives the next save").containsExactly(bundle);
        assertThat(events(BundleEvent.Waiting.class)).hasSize(1);

        link.cas = PKI.pool();
        keeping.casChanged(NOW);

        assertThat(keeping.inForce().all()).containsExactly(bundle);
        assertThat(keeping.waiting()).isEmpty();
        assertThat(keeping.toKeep()).containsExactly(bundle);
        assertThat(link.cas.verify(HOST, TestPki.NOW)).hasToString(refusal());
    }

    private static String refusal() {
        return "Refused[reason=BLOCKLISTED, message=certificate is in the block list of bundle 1.7]";
    }

    @Test
    void ofEachCaTheNewestWaits() throws BundleException {
        link.cas = EMPTY;
        keeping.restore(ISSUER.bundle(8), NOW);
        keeping.restore(ISSUER.bundle(7), NOW);

        assertThat(keeping.waiting()).containsExactly(ISSUER.bundle(8));
    }

    @Test
    void aBoundedNumberWaits() throws BundleException {
        link.cas = EMPTY;
        for (int i = 0; i < 3 * WaitingBundles.MOST; i++) {
            keeping.restore(TestBundles.of(TestPki.seeded(100 + i)).bundle(1), NOW);
        }
        keeping.restore(ISSUER.bundle(7), NOW);

        assertThat(keeping.waiting()).hasSize(WaitingBundles.MOST).contains(ISSUER.bundle(7));
        assertThat(events(BundleEvent.Forgotten.class)).hasSize(2 * WaitingBundles.MOST + 1);
    }

    @Test
    void aWaitingBundleMustBeGenuineWhenItsCaComes() throws BundleException {
        link.cas = EMPTY;
        byte[] forged = ISSUER.bundle(7).encoded().toArray();
        forged[forged.length - 1] ^= 1; // of the signature
        keeping.restore(RevocationBundle.decode(Bytes.owning(forged)), NOW);

        link.cas = PKI.pool();
        keeping.casChanged(NOW);

        assertThat(keeping.inForce().all()).isEmpty();
        assertThat(keeping.toKeep()).isEmpty();
        assertThat(events(BundleEvent.KeptRefused.class)).hasSize(1);
    }

    @Test
    void aKeptBundleOfATrustedCaMustBeGenuineAtOnce() throws BundleException {
        link.cas = PKI.pool();
        byte[] forged = ISSUER.bundle(7).encoded().toArray();
        forged[forged.length - 1] ^= 1;
        RevocationBundle bundle = RevocationBundle.decode(Bytes.owning(forged));

        assertThatThrownBy(() -> keeping.restore(bundle, NOW)).isInstanceOf(BundleException.class);
        assertThat(keeping.toKeep()).isEmpty();
    }

    @Test
    void ofTwoWithOneNumberTheLaterOneCountsInWhicheverOrderTheyCome() throws BundleException {
        link.cas = PKI.pool();
        RevocationBundle earlier = twin(0, HOST);
        RevocationBundle later = twin(1);

        assertThat(keeping.offer(earlier, NOW)).isEqualTo(BundleKeeping.Result.IN_FORCE);
        assertThat(keeping.offer(later, NOW)).isEqualTo(BundleKeeping.Result.IN_FORCE);
        assertThat(keeping.inForce().all()).containsExactly(later);
        BundleEvent.NumberUsedTwice said = events(BundleEvent.NumberUsedTwice.class).getFirst();
        assertThat(said.bundle()).hasToString("1.7");
        assertThat(said.issued()).isAfter(said.replaced());

        assertThat(keeping.offer(earlier, NOW)).isEqualTo(BundleKeeping.Result.NUMBER_USED_TWICE);
        assertThat(keeping.inForce().all()).containsExactly(later);
    }

    @Test
    void ofTwoOfOneSecondOneCountsInWhicheverOrderTheyCome() throws BundleException {
        link.cas = PKI.pool();
        RevocationBundle one = twin(0, HOST);
        RevocationBundle two = twin(0);
        BundleKeeping opposite = new BundleKeeping(link, events::add, () -> {});

        keeping.offer(one, NOW);
        keeping.offer(two, NOW);
        opposite.offer(two, NOW);
        opposite.offer(one, NOW);

        assertThat(List.copyOf(keeping.inForce().all()))
                .isEqualTo(List.copyOf(opposite.inForce().all()));
    }

    private static List<TestPki> others(int count) {
        return IntStream.range(0, count).mapToObj(i -> TestPki.seeded(100 + i)).toList();
    }

    private static CaPool pool(List<TestPki> pkis) {
        try {
            return CaPool.of(pkis.stream().map(TestPki::ca).toList(), Blocklist.EMPTY, TestPki.NOW)
                    .pool();
        } catch (CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    private void restoreAllOf(List<TestPki> pkis) throws BundleException {
        for (TestPki pki : pkis) {
            keeping.restore(TestBundles.of(pki).bundle(1), NOW);
        }
    }

    @Test
    void aKeptBundleForWhichThereIsNoRoomAtAStartWaits() throws BundleException {
        List<TestPki> pkis = others(BundlesInForce.MAX_CAS + 1);
        link.cas = pool(pkis);

        restoreAllOf(pkis);

        RevocationBundle last = TestBundles.of(pkis.getLast()).bundle(1);
        assertThat(keeping.inForce().all()).hasSize(BundlesInForce.MAX_CAS);
        assertThat(keeping.waiting()).containsExactly(last);
        assertThat(keeping.toKeep()).hasSize(pkis.size()).contains(last);
        assertThat(events(BundleEvent.NoRoom.class))
                .containsExactly(new BundleEvent.NoRoom(pkis.getLast().ca().name(), last.number()));
    }

    @Test
    void saysThatThereIsNoRoomForAnOperatorsBundle() throws BundleException {
        List<TestPki> pkis = others(BundlesInForce.MAX_CAS + 1);
        link.cas = pool(pkis);
        restoreAllOf(pkis.subList(0, BundlesInForce.MAX_CAS));
        RevocationBundle bundle = TestBundles.of(pkis.getLast()).bundle(1);

        assertThat(keeping.offer(bundle, NOW)).isEqualTo(BundleKeeping.Result.NO_ROOM);
        assertThat(keeping.inForce().of(bundle.ca())).isNull();
    }

    @Test
    void anOlderKeptBundleChangesNothing() throws BundleException {
        link.cas = PKI.pool();
        keeping.restore(ISSUER.bundle(7), NOW);
        int before = changes;

        keeping.restore(ISSUER.bundle(6), NOW);
        keeping.restore(ISSUER.bundle(7), NOW);

        assertThat(changes).isEqualTo(before);
        assertThat(keeping.inForce().all()).containsExactly(ISSUER.bundle(7));
    }

    @Test
    void aKeptBundleForWhichThereIsNoRoomAtAReloadGoesOnWaitingUntilThereIs()
            throws BundleException {
        List<TestPki> pkis = others(BundlesInForce.MAX_CAS);
        RevocationBundle bundle = ISSUER.bundle(7, HOST.fingerprint());
        link.cas = pool(pkis);
        restoreAllOf(pkis);
        keeping.restore(bundle, NOW);

        List<TestPki> all = new ArrayList<>(pkis);
        all.add(PKI);
        link.cas = pool(all);
        keeping.casChanged(NOW);

        assertThat(keeping.waiting()).containsExactly(bundle);
        assertThat(keeping.toKeep()).hasSize(all.size()).contains(bundle);
        assertThat(events(BundleEvent.NoRoom.class)).hasSize(1);

        link.cas = pool(all.subList(1, all.size()));
        keeping.casChanged(NOW);

        assertThat(keeping.inForce().all()).hasSize(BundlesInForce.MAX_CAS).contains(bundle);
        assertThat(keeping.waiting()).containsExactly(TestBundles.of(pkis.getFirst()).bundle(1));
    }

    @Test
    void anOlderBundleThanTheOneInForceDoesNotWait() throws BundleException {
        List<TestPki> pkis = others(BundlesInForce.MAX_CAS);
        link.cas = pool(pkis);
        restoreAllOf(pkis);

        keeping.restore(TestBundles.of(pkis.getFirst()).bundle(1), NOW);

        assertThat(keeping.waiting()).isEmpty();
        assertThat(events(BundleEvent.NoRoom.class)).isEmpty();
    }

    /** That no CA of theirs is trusted any more shows at once, not with the next bundle. */
    @Test
    void bundlesThatMakeRoomWaitAndCountNoMore() throws BundleException {
        List<TestPki> pkis = others(BundlesInForce.MAX_CAS);
        link.cas = pool(pkis);
        restoreAllOf(pkis);

        link.cas = PKI.pool().withSigned(link.cas.signed());
        keeping.casChanged(NOW);

        assertThat(keeping.inForce().all()).isEmpty();
        assertThat(keeping.waiting()).hasSize(pkis.size());
        assertThat(events(BundleEvent.Waiting.class)).hasSize(pkis.size());
        assertThat(link.cas.signed().isEmpty()).isTrue();
    }

    /** Those whose CAs have gone come too late to push out what counts from now on. */
    @Test
    void aBundleThatWaitedForRoomTakesThePlaceOfThoseThatGo() throws BundleException {
        List<TestPki> pkis = others(BundlesInForce.MAX_CAS);
        RevocationBundle bundle = ISSUER.bundle(7, HOST.fingerprint());
        link.cas = pool(pkis);
        restoreAllOf(pkis);
        keeping.restore(bundle, NOW);

        link.cas = PKI.pool();
        keeping.casChanged(NOW);

        assertThat(keeping.inForce().all()).containsExactly(bundle);
        assertThat(keeping.waiting()).hasSize(pkis.size());
        assertThat(events(BundleEvent.Forgotten.class)).isEmpty();
    }

    @Test
    void tellsOnceOfAllThatAReloadChanges() throws BundleException {
        List<TestPki> pkis = others(BundlesInForce.MAX_CAS);
        restoreAllOf(pkis);
        link.cas = pool(pkis);
        changes = 0;

        keeping.casChanged(NOW);

        assertThat(keeping.inForce().all()).hasSize(pkis.size());
        assertThat(changes).isEqualTo(1);

        List<RevocationBundle> kept = keeping.toKeep();
        keeping.casChanged(NOW);

        assertThat(changes).isEqualTo(1);
        assertThat(keeping.toKeep()).isSameAs(kept);
    }

    /** As a peer that goes on saying so, each ten seconds. */
    private void hearsFor(int seconds) {
        for (int i = 0; i <= seconds; i += 10) {
            keeping.heardOf(Offer.of(ISSUER.bundle(7)), LIGHTHOUSE, TestNode.at(i));
        }
    }

    @Test
    void saysOnceThatAPeersBundleDoesNotCome() throws BundleException {
        link.cas = PKI.pool();
        link.peers.add(LIGHTHOUSE);
        hearsFor(50);
        assertThat(keeping.offeredOnly(TestNode.at(50)))
                .containsEntry(PKI.ca().fingerprint(), LIGHTHOUSE);
        keeping.onTimer(TestNode.at(59));
        assertThat(events).isEmpty();

        for (int i = 60; i <= 200; i += 10) {
            keeping.heardOf(Offer.of(ISSUER.bundle(7)), LIGHTHOUSE, TestNode.at(i));
            keeping.onTimer(TestNode.at(i + 1));
        }
        assertThat(events(BundleEvent.Missing.class))
                .containsExactly(new BundleEvent.Missing(PKI.ca().name(), LIGHTHOUSE));

        keeping.offer(ISSUER.bundle(7), TestNode.at(200));
        assertThat(keeping.offeredOnly(TestNode.at(200))).isEmpty();
    }

    @Test
    void anOfferThatIsNotRepeatedIsForgotten() {
        link.cas = PKI.pool();
        link.peers.add(LIGHTHOUSE);
        keeping.heardOf(Offer.of(ISSUER.bundle(7)), LIGHTHOUSE, NOW);

        assertThat(keeping.offeredOnly(TestNode.at(40))).isNotEmpty();
        assertThat(keeping.offeredOnly(TestNode.at(60))).isEmpty();
        keeping.onTimer(TestNode.at(61));
        assertThat(events).isEmpty();
    }

    @Test
    void anOfferGoesWithTheTunnelOfWhoMadeIt() {
        link.cas = PKI.pool();
        link.peers.add(LIGHTHOUSE);
        hearsFor(60);
        link.peers.clear();

        keeping.onTimer(TestNode.at(61));

        assertThat(keeping.offeredOnly(TestNode.at(61))).isEmpty();
        assertThat(events).isEmpty();
    }

    @Test
    void saysNothingOfACaThatItDoesNotTrust() {
        link.cas = OTHER.pool();
        link.peers.add(LIGHTHOUSE);
        hearsFor(100);
        keeping.onTimer(TestNode.at(100));

        assertThat(keeping.offeredOnly(TestNode.at(100))).isEmpty();
        assertThat(events).isEmpty();
    }
}
