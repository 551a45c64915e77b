package dev.asterism.lighthouse.memory;

import static dev.asterism.lighthouse.testing.SettingsBuilder.ips;
import static dev.asterism.lighthouse.testing.SettingsBuilder.node;
import static dev.asterism.lighthouse.testing.TestNode.addresses;
import static dev.asterism.lighthouse.testing.TestNode.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.lighthouse.testing.SettingsBuilder;
import dev.asterism.lighthouse.testing.TestNode;
import dev.asterism.lighthouse.wire.AddressForm;
import dev.asterism.lighthouse.wire.LighthouseMessage;
import dev.asterism.lighthouse.wire.MessageKind;
import dev.asterism.overlay.cert.CertificateId;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.net.HostAddr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.revocation.BundleException;
import dev.asterism.overlay.revocation.TestBundles;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerMemoryTest {

    private static final String LIGHTHOUSE = "10.42.0.1";
    private static final String B = "10.42.0.2";
    private static final TestPki PKI = TestPki.seeded(5, Curve.P256);
    private static final TestPki OTHER = TestPki.seeded(6, Curve.P256);
    private static final CertificateId CERTIFICATE =
            CertificateId.of(PKI.host("laptop", B + "/16").certificate());

    private final TestNode host = new TestNode(host().build());
    private final TestNode lighthouse =
            new TestNode(node(LIGHTHOUSE + "/16").amLighthouse().build());

    private static SettingsBuilder host() {
        return node("10.42.0.5/16").lighthouses(LIGHTHOUSE);
    }

    private static RememberedPeer peer(String overlay, String learned) {
        return new RememberedPeer(
                ips(overlay),
                CERTIFICATE,
                addresses(learned),
                addresses("192.0.2.50:4242"),
                ips("10.42.0.9"),
                at(0).wall());
    }

    private static void meet(TestNode node, String overlay, String... addresses) {
        node.link.tunnels.add(Ip.of(overlay));
        node.link.certificates.put(Ip.of(overlay), CERTIFICATE);
        addresses(addresses)
                .forEach(a -> node.discovery.remotesOf(Ip.of(overlay)).learn(Ip.of(overlay), a));
        node.discovery.sessionMade(ips(overlay), at(1));
    }

    @Test
    void keepsWherePacketsOfAPeerCameFromAndItsRelays() {
        host.discovery.remotesOf(Ip.of(B)).report(Ip.of(LIGHTHOUSE), List.of(), ips("10.42.0.9"));
        host.discovery.onTimer(at(0));
        meet(host, B, "192.0.2.2:4242", "[2001:db8::2]:4242");

        assertThat(host.discovery.remembered())
                .containsExactly(
                        new RememberedPeer(
                                ips(B),
                                CERTIFICATE,
                                addresses("192.0.2.2:4242", "[2001:db8::2]:4242"),
                                List.of(),
                                ips("10.42.0.9"),
                                at(0).wall().truncatedTo(ChronoUnit.HOURS)));
    }

    @Test
    void keepsTheRelaysOfAPeerThatIsReachedInNoOtherWay() {
        host.discovery.remotesOf(Ip.of(B)).learnRelay(Ip.of("10.42.0.9"));
        host.discovery.onTimer(at(0));
        meet(host, B);

        assertThat(host.discovery.remembered())
                .containsExactly(
                        new RememberedPeer(
                                ips(B),
                                CERTIFICATE,
                                List.of(),
                                List.of(),
                                ips("10.42.0.9"),
                                at(0).wall().truncatedTo(ChronoUnit.HOURS)));
    }

    @Test
    void aPacketOfThePeerReplacesAddressesAndLeavesRelays() {
        host.discovery.restore(List.of(peer(B, "192.0.2.2:4242")), List.of(), at(1));
        host.discovery.remotesOf(Ip.of(B)).learn(Ip.of(B), addresses("192.0.2.3:4242").getFirst());

        assertThat(host.candidates(B)).isEqualTo(addresses("192.0.2.3:4242"));
        assertThat(host.discovery.remotesOf(Ip.of(B)).relays()).isEqualTo(ips("10.42.0.9"));
    }

    @Test
    void followsAPeerThatMovesAndKeepsOneThatIsGone() {
        meet(host, B, "192.0.2.2:4242");
        host.discovery.remotesOf(Ip.of(B)).learn(Ip.of(B), addresses("192.0.2.3:4242").getFirst());
        host.link.tunnels.clear();
        host.discovery.peerGone(ips(B));

        assertThat(host.discovery.remembered())
                .singleElement()
                .extracting(RememberedPeer::learned)
                .isEqualTo(addresses("192.0.2.3:4242"));
        assertThat(host.candidates(B)).isEqualTo(addresses("192.0.2.3:4242"));
    }

    @Test
    void givesCandidatesAndRelaysUntilALighthouseAnswers() {
        host.discovery.restore(List.of(peer(B, "192.0.2.2:4242")), List.of(), at(1));

        assertThat(host.candidates(B)).isEqualTo(addresses("192.0.2.2:4242"));
        assertThat(host.discovery.remotesOf(Ip.of(B)).relays()).isEqualTo(ips("10.42.0.9"));

        host.receive(
                LighthouseMessage.of(
                        MessageKind.HOST_QUERY_REPLY,
                        AddressForm.V2,
                        Ip.of(B),
                        addresses("192.0.2.7:1"),
                        List.of()),
                2,
                LIGHTHOUSE);

        assertThat(host.candidates(B)).isEqualTo(addresses("192.0.2.7:1"));
        assertThat(host.discovery.remotesOf(Ip.of(B)).relays()).isEmpty();
    }

    @Test
    void triesWhatFailsThreeTimesAgainOnlyWhileNothingNewerIsKnown() {
        host.discovery.restore(List.of(peer(B, "192.0.2.2:4242")), List.of(), at(1));
        assertThat(host.candidates(B)).isNotEmpty();

        host.discovery.handshakeFailed(Ip.of(B));
        host.discovery.handshakeFailed(Ip.of(B));
        assertThat(host.candidates(B)).isNotEmpty();
        host.discovery.handshakeFailed(Ip.of(B));
        assertThat(host.candidates(B)).isEmpty();

        host.discovery.handshakeStarting(Ip.of(B), at(60));
        assertThat(host.candidates(B)).isEqualTo(addresses("192.0.2.2:4242"));

        host.discovery
                .remotesOf(Ip.of(B))
                .report(Ip.of(LIGHTHOUSE), addresses("192.0.2.7:1"), List.of());
        for (int i = 0; i < 3; i++) {
            host.discovery.handshakeFailed(Ip.of(B));
        }
        host.discovery.handshakeStarting(Ip.of(B), at(120));
        assertThat(host.candidates(B)).isEqualTo(addresses("192.0.2.7:1"));
    }

    @Test
    void neverOverridesStaticHosts() {
        TestNode node =
                new TestNode(host().staticHost(B, HostAddr.of("203.0.113.2", 4242)).build());

        node.discovery.restore(List.of(peer(B, "192.0.2.2:4242")), List.of(), at(1));

        assertThat(node.candidates(B)).isEqualTo(addresses("203.0.113.2:4242"));
    }

    /** A start while DNS is away, too. */
    @Test
    void standsInForANameThatIsNotResolvedYet() {
        TestNode node =
                new TestNode(host().staticHost(B, HostAddr.of("b.example.org", 4242)).build());

        node.discovery.restore(List.of(peer(B, "192.0.2.2:4242")), List.of(), at(1));

        assertThat(node.candidates(B)).isEqualTo(addresses("192.0.2.2:4242"));
    }

    @Test
    void neverOverridesTheRemoteAllowList() {
        TestNode node = new TestNode(host().remoteRule("192.0.2.0/24", false).build());

        node.discovery.restore(List.of(peer(B, "192.0.2.2:4242")), List.of(), at(1));

        assertThat(node.candidates(B)).isEmpty();
    }

    @Test
    void forgetsAPeerWhoseCertificateIsBlocked() {
        List<RememberedPeer> kept = List.of(peer(B, "192.0.2.2:4242"));
        List<String> blocked = List.of(CERTIFICATE.fingerprint().toString());
        host.discovery.restore(kept, blocked, at(1));
        assertThat(host.candidates(B)).isEmpty();
        assertThat(host.discovery.remembered()).isEmpty();

        lighthouse.discovery.restore(kept, blocked, at(1));
        assertThat(lighthouse.candidates(B)).isEmpty();

        meet(host, B, "192.0.2.3:4242");
        host.link.tunnels.clear();
        host.discovery.peerGone(ips(B));
        assertThat(host.discovery.remembered()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void forgetsAPeerWhoseCertificateIsBlockedInItsOtherForm(boolean byItsCa)
            throws BundleException {
        Fingerprint other = Objects.requireNonNull(CERTIFICATE.otherForm());
        host.link.bundles.cas = PKI.pool();
        List<String> blocked = byItsCa ? List.of() : List.of(other.toString());
        host.discovery.restore(List.of(peer(B, "192.0.2.2:4242")), blocked, at(1));
        if (byItsCa) {
            host.discovery.exchange().offer(TestBundles.of(PKI).bundle(1, other), at(2));
        }

        assertThat(host.candidates(B)).isEmpty();
        assertThat(host.discovery.remembered()).isEmpty();

        meet(host, B, "192.0.2.3:4242");
        host.link.tunnels.clear();
        host.discovery.peerGone(ips(B));
        assertThat(host.discovery.remembered()).isEmpty();
    }

    @Test
    void aBundleHasNoSayAboutPeersOfAnotherCa() throws BundleException {
        host.link.bundles.cas = OTHER.pool();
        host.discovery.restore(List.of(peer(B, "192.0.2.2:4242")), List.of(), at(1));

        host.discovery
                .exchange()
                .offer(TestBundles.of(OTHER).bundle(1, CERTIFICATE.fingerprint()), at(2));

        assertThat(host.candidates(B)).isEqualTo(addresses("192.0.2.2:4242"));
        assertThat(host.discovery.remembered()).hasSize(1);
    }

    @Test
    void forgetsWhatIsOldAndOfTooManyTheOldest() {
        List<RememberedPeer> kept = new ArrayList<>();
        for (int i = 0; i <= PeerMemory.MAX_ELSEWHERE; i++) {
            kept.add(peer("10.42.%d.%d".formatted(1 + i / 250, 1 + i % 250), "192.0.2.2:4242"));
        }
        Duration tooOld = PeerMemory.MAX_AGE_ELSEWHERE.plusHours(1);

        host.discovery.restore(kept, List.of(), at(0));
        TestNode later = new TestNode(host().build());
        later.discovery.restore(kept, List.of(), at((double) tooOld.toSeconds()));

        assertThat(host.discovery.remembered()).isEqualTo(kept.subList(1, kept.size()));
        assertThat(later.discovery.remembered()).isEmpty();
    }

    @Test
    void aLighthouseAnswersFromItAtOnce() {
        lighthouse.discovery.restore(List.of(peer(B, "198.51.100.2:1024")), List.of(), at(1));

        lighthouse.receive(
                LighthouseMessage.of(MessageKind.HOST_QUERY, AddressForm.V2, Ip.of(B)),
                2,
                "10.42.0.3");

        LighthouseMessage reply =
                lighthouse.link.sent(MessageKind.HOST_QUERY_REPLY).getFirst().message();
        assertThat(reply.addresses()).isEqualTo(addresses("198.51.100.2:1024", "192.0.2.50:4242"));
        assertThat(reply.relays()).isEqualTo(ips("10.42.0.9"));
    }

    @Test
    void aLighthouseDropsHostsThatDoNotComeBack() {
        lighthouse.discovery.restore(
                List.of(peer(B, "198.51.100.2:1024"), peer("10.42.0.3", "198.51.100.3:1024")),
                List.of(),
                at(1));
        meet(lighthouse, B, "198.51.100.2:1024");

        lighthouse.runUntil(9 * 60);
        assertThat(lighthouse.candidates("10.42.0.3")).isNotEmpty();
        lighthouse.runUntil(11 * 60);

        assertThat(lighthouse.candidates("10.42.0.3")).isEmpty();
        assertThat(lighthouse.candidates(B)).isNotEmpty();
        assertThat(lighthouse.discovery.remembered())
                .extracting(RememberedPeer::primary)
                .containsExactly(Ip.of(B));
    }

    @Test
    void tellsWhenThereIsSomethingToKeep() {
        List<String> heard = new ArrayList<>();
        lighthouse.discovery.onNews(() -> heard.add("news"));

        meet(lighthouse, B, "198.51.100.2:1024");
        assertThat(heard).isNotEmpty();
        heard.clear();
        LighthouseMessage update =
                LighthouseMessage.of(
                        MessageKind.HOST_UPDATE,
                        AddressForm.V2,
                        null,
                        addresses("192.0.2.1:1"),
                        List.of());
        lighthouse.receive(update, 2, B);
        assertThat(heard).hasSize(1);
        lighthouse.receive(update, 12, B);
        assertThat(heard).hasSize(1);
    }
}
