package dev.asterism.lighthouse.client;

import static dev.asterism.lighthouse.testing.SettingsBuilder.ips;
import static dev.asterism.lighthouse.testing.SettingsBuilder.node;
import static dev.asterism.lighthouse.testing.TestNode.addresses;
import static dev.asterism.lighthouse.testing.TestNode.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.lighthouse.testing.FakeLink;
import dev.asterism.lighthouse.testing.TestNode;
import dev.asterism.lighthouse.wire.AddressForm;
import dev.asterism.lighthouse.wire.LighthouseMessage;
import dev.asterism.lighthouse.wire.MessageKind;
import dev.asterism.overlay.net.Ip;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a node does about a lighthouse that was started anew and about peers that moved. */
class LighthouseRestartTest {

    private static final Ip LIGHTHOUSE = Ip.of("10.42.0.1");
    private static final Ip PEER = Ip.of("10.42.0.9");

    private final TestNode node =
            new TestNode(node("10.42.0.5/16").lighthouses("10.42.0.1", "10.42.0.5").build())
                    .local("192.0.2.7");

    @Test
    void looksAfterItsTunnelsToLighthousesEveryTwoSeconds() {
        node.runUntil(20);

        assertThat(node.link.ensured).hasSizeBetween(9, 12).containsOnly(LIGHTHOUSE);
    }

    @Test
    void triesAgainSoonWhenALighthouseDoesNotAnswer() {
        node.runUntil(10);
        node.link.ensured.clear();

        node.discovery.handshakeFailed(PEER);
        node.runUntil(10.01);
        assertThat(node.link.ensured).isEmpty();

        node.discovery.handshakeFailed(LIGHTHOUSE);
        node.runUntil(10.21);
        assertThat(node.link.ensured).contains(LIGHTHOUSE);
    }

    @Test
    void aNodeThatNeverReportsNeedsNoTunnel() {
        TestNode silent =
                new TestNode(node("10.42.0.5/16").lighthouses("10.42.0.1").interval(0).build());
        TestNode lighthouse =
                new TestNode(node("10.42.0.1/16").amLighthouse().lighthouses("10.42.0.2").build());

        silent.runUntil(20);
        lighthouse.runUntil(20);

        assertThat(silent.link.ensured).isEmpty();
        assertThat(lighthouse.link.ensured).isEmpty();
    }

    @Test
    void beginsWithAReloadThatNamesALighthouse() {
        TestNode later = new TestNode(node("10.42.0.5/16").build());
        later.runUntil(20);
        assertThat(later.link.ensured).isEmpty();

        later.discovery.reconfigure(node("10.42.0.5/16").lighthouses("10.42.0.1").build(), at(20));
        later.runUntil(23);

        assertThat(later.link.ensured).contains(LIGHTHOUSE);
    }

    @Test
    void asksAgainOverANewTunnelWhatWasNotAnsweredOverTheOld() {
        node.link.tunnels.add(LIGHTHOUSE);
        node.discovery.query(PEER, at(1));
        node.discovery.query(Ip.of("10.42.0.8"), at(1));
        node.receive(answer(PEER, "192.0.2.2:1"), 1, "10.42.0.1");
        node.link.sent.clear();

        node.discovery.sessionMade(ips("10.42.0.1"), at(2));

        assertThat(node.link.sent(MessageKind.HOST_UPDATE)).hasSize(1);
        assertThat(node.link.sent(MessageKind.HOST_QUERY))
                .filteredOn(sent -> sent.to().equals(LIGHTHOUSE))
                .extracting(sent -> sent.message().overlay())
                .containsExactly(Ip.of("10.42.0.8"));
        node.link.sent.clear();
        node.discovery.sessionMade(ips("10.42.0.1"), at(30));
        assertThat(node.link.sent(MessageKind.HOST_QUERY)).isEmpty();
    }

    /** What waits in the handshake is sent by it. */
    @Test
    void asksOnceOverTheFirstTunnel() {
        node.discovery.query(PEER, at(1));
        node.link.sent.clear();

        node.discovery.sessionMade(ips("10.42.0.1"), at(2));

        assertThat(node.link.sent(MessageKind.HOST_QUERY)).isEmpty();
    }

    @Test
    void tellsTheEngineOfNewAddressesOnly() {
        node.discovery.remotesOf(PEER);
        node.receive(answer(PEER, "192.0.2.2:1", "192.0.2.3:1"), 1, "10.42.0.1");
        assertThat(node.link.moved).containsEntry(PEER, addresses("192.0.2.2:1", "192.0.2.3:1"));
        node.link.moved.clear();

        node.receive(answer(PEER, "192.0.2.3:1"), 2, "10.42.0.1");
        assertThat(node.link.moved).isEmpty();

        node.receive(answer(PEER, "192.0.2.3:1", "192.0.2.4:1"), 3, "10.42.0.1");
        assertThat(node.link.moved).containsEntry(PEER, addresses("192.0.2.4:1"));
    }

    /** It is looked for from there, so it is there. */
    @Test
    void takesAddressesAndRelaysOfAConnectedPeerFromACallForAPunch() {
        node.link.tunnels.add(PEER);
        node.discovery.remotesOf(PEER);
        LighthouseMessage call =
                LighthouseMessage.of(
                        MessageKind.HOST_PUNCH,
                        AddressForm.V2,
                        PEER,
                        addresses("192.0.2.4:1"),
                        ips("10.42.0.77"));

        node.receive(call, 1, "10.42.0.66");
        assertThat(node.link.moved).isEmpty();

        node.receive(call, 1, "10.42.0.1");
        assertThat(node.link.moved).containsEntry(PEER, addresses("192.0.2.4:1"));
        assertThat(node.discovery.remotesOf(PEER).relays()).isEqualTo(ips("10.42.0.77"));
    }

    @Test
    void aCallForAPunchOfAStrangerIsNoCandidate() {
        node.receive(
                LighthouseMessage.of(
                        MessageKind.HOST_PUNCH,
                        AddressForm.V2,
                        PEER,
                        addresses("192.0.2.4:1"),
                        List.of()),
                1,
                "10.42.0.1");

        assertThat(node.link.moved).isEmpty();
        assertThat(node.candidates(PEER.toString())).isEmpty();
        assertThat(node.link.sent).extracting(FakeLink.Sent::to).doesNotContain(PEER);
    }

    private static LighthouseMessage answer(Ip overlay, String... addresses) {
        return LighthouseMessage.of(
                MessageKind.HOST_QUERY_REPLY,
                AddressForm.V2,
                overlay,
                addresses(addresses),
                List.of());
    }
}
