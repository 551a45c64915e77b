package dev.asterism.lighthouse.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.lighthouse.bundle.BundleMessage.Have;
import dev.asterism.lighthouse.bundle.BundleMessage.Offer;
import dev.asterism.lighthouse.bundle.BundleMessage.Piece;
import dev.asterism.lighthouse.bundle.BundleMessage.Want;
import dev.asterism.lighthouse.testing.FakeLink;
import dev.asterism.lighthouse.testing.SettingsBuilder;
import dev.asterism.lighthouse.testing.TestNode;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.discovery.PeerMessage;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.revocation.BundleException;
import dev.asterism.overlay.revocation.BundleException.Fault;
import dev.asterism.overlay.revocation.BundleNumber;
import dev.asterism.overlay.revocation.Delegation;
import dev.asterism.overlay.revocation.RevocationBundle;
import dev.asterism.overlay.revocation.TestBundles;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who says what to whom, and what one peer can cause. */
class BundleExchangeTest {

    private static final TestPki PKI = TestPki.seeded(7);
    private static final TestBundles ISSUER = TestBundles.of(PKI);
    private static final Certificate HOST = PKI.host("host", "10.42.0.9/16").certificate();
    private static final String LIGHTHOUSE = "10.42.0.1";
    private static final String SECOND = "10.42.0.3";
    private static final String MEMBER = "10.42.0.5";

    private final TestNode node =
            join(SettingsBuilder.node("10.42.0.2/16").lighthouses(LIGHTHOUSE, SECOND));
    private final TestNode lighthouse = join(SettingsBuilder.node("10.42.0.1/16").amLighthouse());

    private static TestNode join(SettingsBuilder settings) {
        TestNode joined = new TestNode(settings.build());
        joined.link.bundles.cas = PKI.pool();
        for (String peer : List.of(LIGHTHOUSE, SECOND, MEMBER)) {
            joined.link.bundles.peers.add(Ip.of(peer));
            joined.link.tunnels.add(Ip.of(peer));
        }
        return joined;
    }

    private static List<BundleMessage> said(TestNode by, String to) {
        List<BundleMessage> said = new ArrayList<>();
        for (FakeLink.Sent sent : by.link.sent) {
            BundleMessage message = BundleMessage.decode(sent.payload());
            if (message != null && sent.to().equals(Ip.of(to))) {
                said.add(message);
            }
        }
        by.link.sent.clear();
        return said;
    }

    private static void hears(TestNode who, String from, BundleMessage message, double seconds) {
        who.discovery.handle(
                new PeerMessage(List.of(Ip.of(from)), 1, Bytes.owning(message.encode())),
                TestNode.at(seconds));
    }

    private static Offer offer(RevocationBundle bundle) {
        return Offer.of(bundle);
    }

    private static Have have(RevocationBundle... bundles) {
        return new Have(false, List.of(bundles).stream().map(BundleExchangeTest::offer).toList());
    }

    private static Piece piece(RevocationBundle bundle, int index) {
        int at = index * BundleMessage.PIECE_BYTES;
        int length = Math.min(BundleMessage.PIECE_BYTES, bundle.encoded().length() - at);
        return new Piece(offer(bundle), index, bundle.encoded().slice(at, length));
    }

    private static @Nullable BundleNumber numberAt(TestNode who) {
        RevocationBundle bundle = kept(who).inForce().of(PKI.ca().fingerprint());
        return bundle == null ? null : bundle.number();
    }

    private static BundleKeeping kept(TestNode who) {
        return who.discovery.exchange().kept();
    }

    private static void give(TestNode who, RevocationBundle bundle) {
        try {
            assertThat(who.discovery.exchange().offer(bundle, TestNode.at(0)))
                    .isEqualTo(BundleKeeping.Result.IN_FORCE);
        } catch (BundleException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void saysWhatItHasWhenATunnelToALighthouseIsMade() {
        node.discovery.sessionMade(List.of(Ip.of(LIGHTHOUSE)), TestNode.at(0));

        assertThat(said(node, LIGHTHOUSE)).containsExactly(new Have(false, List.of()));
    }

    @Test
    void saysNothingToPeersThatAreNoLighthouseOrTakeNoPart() {
        node.discovery.sessionMade(List.of(Ip.of(MEMBER)), TestNode.at(0));
        assertThat(said(node, MEMBER)).isEmpty();

        node.link.bundles.peers.clear();
        node.discovery.sessionMade(List.of(Ip.of(LIGHTHOUSE)), TestNode.at(0));
        assertThat(said(node, LIGHTHOUSE)).isEmpty();
    }

    @Test
    void tellsNobodyOfABundleWhoseCaWentWhileItCame() {
        RevocationBundle bundle = ISSUER.large(7, 60, HOST.fingerprint());
        hears(node, LIGHTHOUSE, have(bundle), 0);
        hears(node, LIGHTHOUSE, piece(bundle, 0), 0.01);
        node.discovery.onTimer(TestNode.at(0.02));
        said(node, SECOND);

        node.link.bundles.cas = TestPki.seeded(8).pool();
        for (int i = 1; i < BundleMessage.piecesOf(bundle.encoded().length()); i++) {
            hears(node, LIGHTHOUSE, piece(bundle, i), 0.03);
        }
        node.discovery.onTimer(TestNode.at(0.04));

        assertThat(numberAt(node)).isNull();
        assertThat(said(node, SECOND)).isEmpty();
        assertThat(kept(node).counters().accepted()).isZero();
    }

    @Test
    void fetchesTheHeadFirstAndThenTheRest() {
        RevocationBundle bundle = ISSUER.large(7, 1_200, HOST.fingerprint());
        int pieces = BundleMessage.piecesOf(bundle.encoded().length());
        hears(node, LIGHTHOUSE, have(bundle), 0);
        assertThat(said(node, LIGHTHOUSE)).containsExactly(new Want(offer(bundle), 0, 1));

        hears(node, LIGHTHOUSE, piece(bundle, 0), 0.01);
        assertThat(said(node, LIGHTHOUSE)).containsExactly(new Want(offer(bundle), 1, 32));
        for (int i = 1; i < pieces; i++) {
            assertThat(numberAt(node)).isNull();
            hears(node, LIGHTHOUSE, piece(bundle, i), 0.02);
        }

        assertThat(said(node, LIGHTHOUSE))
                .containsExactly(new Want(offer(bundle), 33, pieces - 33));
        assertThat(numberAt(node)).isEqualTo(bundle.number());
        assertThat(node.link.bundles.cas.signed().isEmpty()).isFalse();
    }

    @Test
    void asksAgainForWhatWasLost() {
        RevocationBundle bundle = ISSUER.large(7, 100);
        hears(node, LIGHTHOUSE, have(bundle), 0);
        hears(node, LIGHTHOUSE, piece(bundle, 0), 0.01);
        hears(node, LIGHTHOUSE, piece(bundle, 2), 0.02);
        said(node, LIGHTHOUSE);

        node.runUntil(0.3);

        assertThat(said(node, LIGHTHOUSE)).contains(new Want(offer(bundle), 1, 3));
    }

    @Test
    void givesUpAPeerThatDoesNotSendAndAsksTheNext() {
        RevocationBundle bundle = ISSUER.bundle(7, HOST.fingerprint());
        hears(node, LIGHTHOUSE, have(ISSUER.bundle(99)), 0);
        hears(node, SECOND, have(bundle), 0.1);
        assertThat(said(node, SECOND)).isEmpty();

        node.runUntil(1.1);
        assertThat(said(node, SECOND)).contains(new Want(offer(bundle), 0, 1));
        hears(node, SECOND, piece(bundle, 0), 1.2);

        assertThat(numberAt(node)).isEqualTo(bundle.number());
        assertThat(kept(node).counters().notSent()).isEqualTo(1);
    }

    @Test
    void aPeerThatSendsOnePieceNowAndThenDoesNotHoldItUp() {
        RevocationBundle slow = ISSUER.large(99, 1_000);
        hears(node, LIGHTHOUSE, have(slow), 0);
        for (int i = 0; i < 12; i++) {
            node.runUntil(0.9 * i);
            hears(node, LIGHTHOUSE, piece(slow, i), 0.9 * i);
        }
        node.runUntil(10.8);

        assertThat(kept(node).counters().notSent()).isEqualTo(1);
    }

    @Test
    void takesNoOlderOneAndOffersItsOwn() {
        give(node, ISSUER.bundle(7, HOST.fingerprint()));

        hears(node, LIGHTHOUSE, have(ISSUER.bundle(6)), 1);

        assertThat(said(node, LIGHTHOUSE))
                .containsExactly(
                        new Have(true, List.of(offer(ISSUER.bundle(7, HOST.fingerprint())))));
        assertThat(numberAt(node)).hasToString("1.7");
    }

    @Test
    void doesNotAnswerAnAnswer() {
        give(node, ISSUER.bundle(7, HOST.fingerprint()));

        hears(node, LIGHTHOUSE, new Have(true, List.of()), 1);

        assertThat(said(node, LIGHTHOUSE)).isEmpty();
    }

    @Test
    void aMemberCannotMakeALighthouseKeepAnythingButANewerGenuineBundle() {
        give(lighthouse, ISSUER.bundle(7, HOST.fingerprint()));
        said(lighthouse, MEMBER);
        RevocationBundle forged = TestBundles.of(TestPki.seeded(8)).bundle(9);
        Offer lie = new Offer(PKI.ca().fingerprint(), forged.edition());
        hears(lighthouse, MEMBER, new Have(false, List.of(lie)), 1);
        assertThat(said(lighthouse, MEMBER)).containsExactly(new Want(lie, 0, 1));

        hears(lighthouse, MEMBER, new Piece(lie, 0, forged.encoded()), 1);

        assertThat(numberAt(lighthouse)).hasToString("1.7");
        assertThat(kept(lighthouse).counters().refused(Fault.FORGED)).isEqualTo(1);
        hears(lighthouse, MEMBER, new Have(false, List.of(lie)), 2);
        assertThat(said(lighthouse, MEMBER)).isEmpty();

        RevocationBundle newer = ISSUER.bundle(8, HOST.fingerprint());
        hears(lighthouse, SECOND, have(newer), 3);
        hears(lighthouse, SECOND, piece(newer, 0), 3);
        assertThat(numberAt(lighthouse)).hasToString("1.8");
    }

    @Test
    void doesNotAskALiarAgainForAWhile() {
        Offer lie = offer(ISSUER.bundle(99));
        hears(node, LIGHTHOUSE, new Have(false, List.of(lie)), 0);
        said(node, LIGHTHOUSE);
        hears(node, LIGHTHOUSE, new Piece(lie, 0, Bytes.owning(new byte[1_024])), 0.1);
        assertThat(kept(node).counters().refused(Fault.MALFORMED)).isEqualTo(1);

        hears(node, LIGHTHOUSE, have(ISSUER.bundle(7)), 500);
        assertThat(said(node, LIGHTHOUSE)).isEmpty();
        hears(node, LIGHTHOUSE, have(ISSUER.bundle(7)), 700);
        assertThat(said(node, LIGHTHOUSE)).hasSize(1);
    }

    /** Who passes on a bundle whose delegation has ended did nothing wrong. */
    @Test
    void doesNotBlameThePeerForABundleThatIsOutOfDate() {
        TestBundles ended =
                TestBundles.of(
                        PKI,
                        new Delegation.Terms(
                                1, Delegation.MAY_REVOKE, new Delegation.Validity(1, 2)));
        hears(node, LIGHTHOUSE, have(ended.bundle(7)), 0);
        hears(node, LIGHTHOUSE, piece(ended.bundle(7), 0), 0.1);
        assertThat(numberAt(node)).isNull();
        said(node, LIGHTHOUSE);

        hears(node, LIGHTHOUSE, have(ended.bundle(7)), 1);
        assertThat(said(node, LIGHTHOUSE)).isEmpty();
        hears(node, LIGHTHOUSE, have(ISSUER.bundle(8)), 2);
        assertThat(said(node, LIGHTHOUSE)).hasSize(1);
    }

    @Test
    void limitsWhatOnePeerCanMakeItSend() {
        RevocationBundle bundle = ISSUER.large(7, 4_000);
        give(lighthouse, bundle);
        said(lighthouse, MEMBER);
        for (int i = 0; i < 1_000; i++) {
            hears(lighthouse, MEMBER, new Have(false, List.of()), 1);
            hears(lighthouse, MEMBER, new Want(offer(bundle), 0, 32), 1);
        }

        List<BundleMessage> said = said(lighthouse, MEMBER);
        assertThat(said.stream().filter(Have.class::isInstance))
                .hasSizeBetween(1, BundleLimits.SAID_AT_ONCE);
        assertThat(said.stream().filter(Piece.class::isInstance))
                .hasSizeBetween(1, BundleLimits.PIECES_AT_ONCE);
        assertThat(kept(lighthouse).counters().limited()).isGreaterThan(1_000);
    }

    @Test
    void remembersABoundedNumberOfPeersAndOffers() {
        for (int i = 0; i < 3 * BundleLimits.MAX_PEERS; i++) {
            String peer = "10.42." + i / 250 % 250 + "." + (1 + i % 250);
            lighthouse.link.bundles.peers.add(Ip.of(peer));
            hears(lighthouse, peer, have(ISSUER.bundle(99)), 1);
        }

        assertThat(lighthouse.discovery.exchange().watched()).isEqualTo(BundleLimits.MAX_PEERS);
    }

    @Test
    void tellsAllOfANewBundleAndAgainThoseItDidNotReach() {
        give(lighthouse, ISSUER.bundle(7));
        lighthouse.runUntil(0.01);
        assertThat(said(lighthouse, MEMBER)).hasSize(1);
        lighthouse.runUntil(1.5);
        assertThat(said(lighthouse, MEMBER)).hasSize(1);
        lighthouse.runUntil(60);
        assertThat(said(lighthouse, MEMBER)).hasSize(1);
    }

    @Test
    void aNodeTellsItsLighthousesEveryTenSeconds() {
        node.runUntil(0);
        said(node, LIGHTHOUSE);
        node.runUntil(61);
        assertThat(said(node, LIGHTHOUSE)).hasSizeBetween(6, 7);
    }

    @Test
    void saysOnceThatTheNextOneIsOverdue() {
        RevocationBundle bundle =
                ISSUER.sign(
                        new RevocationBundle.Content(
                                7,
                                1_800_000_000L,
                                1_800_000_100L,
                                ISSUER.bundle(1).revoked(),
                                Bytes.EMPTY));
        give(lighthouse, bundle);
        lighthouse.runUntil(99);
        assertThat(lighthouse.events(BundleEvent.Overdue.class)).isEmpty();
        lighthouse.runUntil(1_000);
        assertThat(lighthouse.events(BundleEvent.Overdue.class)).hasSize(1);
        assertThat(numberAt(lighthouse)).hasToString("1.7");
    }

    @Test
    void countsTheRevocationsOfABundleWhosePolicyItDoesNotApply() {
        RevocationBundle bundle =
                ISSUER.bundle(7, ISSUER.bundle(1, HOST.fingerprint()).revoked(), Bytes.ofHex("00"));
        give(node, bundle);

        assertThat(node.events(BundleEvent.PolicyIgnored.class)).hasSize(1);
        assertThat(node.link.bundles.cas.verify(HOST, TestPki.NOW))
                .hasToString(
                        "Refused[reason=BLOCKLISTED, message=certificate is in the block list of"
                                + " bundle 1.7]");
    }

    @Test
    void saysWhichOperatorsBundleDoesNotCount() throws BundleException {
        RevocationBundle[] twins = {ISSUER.bundle(7, HOST.fingerprint()), ISSUER.bundle(7)};
        boolean firstCounts = twins[0].edition().isNewerThan(twins[1].edition());
        RevocationBundle bundle = twins[firstCounts ? 0 : 1];
        give(lighthouse, bundle);
        BundleExchange exchange = lighthouse.discovery.exchange();

        assertThat(exchange.offer(bundle, TestNode.at(1))).isEqualTo(BundleKeeping.Result.SAME);
        assertThat(exchange.offer(twins[firstCounts ? 1 : 0], TestNode.at(1)))
                .isEqualTo(BundleKeeping.Result.NUMBER_USED_TWICE);
        assertThat(exchange.offer(ISSUER.bundle(6), TestNode.at(1)))
                .isEqualTo(BundleKeeping.Result.NOT_NEWER);
        assertThat(Objects.requireNonNull(numberAt(lighthouse))).hasToString("1.7");
    }
}
