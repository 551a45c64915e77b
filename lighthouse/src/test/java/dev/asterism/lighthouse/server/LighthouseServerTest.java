package dev.asterism.lighthouse.server;

import static dev.asterism.lighthouse.testing.SettingsBuilder.ips;
import static dev.asterism.lighthouse.testing.SettingsBuilder.node;
import static dev.asterism.lighthouse.testing.TestNode.addresses;
import static dev.asterism.lighthouse.testing.TestNode.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.lighthouse.testing.FakeLink;
import dev.asterism.lighthouse.testing.SettingsBuilder;
import dev.asterism.lighthouse.testing.TestNode;
import dev.asterism.lighthouse.wire.AddressForm;
import dev.asterism.lighthouse.wire.LighthouseMessage;
import dev.asterism.lighthouse.wire.MessageKind;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.HostAddr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LighthouseServerTest {

    private static final String B = "10.42.0.2";
    private static final String C = "10.42.0.3";

    private final TestNode lighthouse =
            new TestNode(node("10.42.0.1/16", "fd42::1/64").amLighthouse().build());

    @Test
    void answersExactlyWhatWasReportedLast() {
        update(B, "192.0.2.1:1");
        assertThat(queried(B)).isEqualTo(addresses("192.0.2.1:1"));

        update(B, "192.0.2.2:1");
        assertThat(queried(B)).isEqualTo(addresses("192.0.2.2:1"));

        update(B, "192.0.2.3:1", "192.0.2.4:1");
        update(C, "192.0.2.9:1");
        assertThat(queried(B)).isEqualTo(addresses("192.0.2.3:1", "192.0.2.4:1"));
        assertThat(queried(C)).isEqualTo(addresses("192.0.2.9:1"));
    }

    @Test
    void keepsTenOfTwelveInOrderAndDuplicatesForTheClient() {
        List<String> twelve = new ArrayList<>(List.of("192.0.2.1:1"));
        for (int i = 1; i <= 11; i++) {
            twelve.add("192.0.2." + i + ":1");
        }

        update(B, twelve.toArray(String[]::new));

        assertThat(queried(B)).isEqualTo(addresses(twelve.subList(0, 10).toArray(String[]::new)));
    }

    @Test
    void acknowledgesInTheFormOfTheUpdate() {
        update(B, "192.0.2.1:1");
        lighthouse.receive(
                LighthouseMessage.of(MessageKind.HOST_UPDATE, AddressForm.V1, Ip.of(C)), 1, C);

        assertThat(lighthouse.link.sent(MessageKind.HOST_UPDATE_ACK))
                .extracting(FakeLink.Sent::to, s -> s.payload().hex())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Ip.of(B), "080a1200"),
                        org.assertj.core.groups.Tuple.tuple(Ip.of(C), "080a1205088380a851"));
    }

    @Test
    void ignoresAnUpdateInAnothersName() {
        lighthouse.receive(
                LighthouseMessage.of(
                        MessageKind.HOST_UPDATE,
                        AddressForm.V1,
                        Ip.of(C),
                        addresses("192.0.2.66:1"),
                        List.of()),
                1,
                B);

        assertThat(lighthouse.link.sent).isEmpty();
        assertThat(queried(C)).isEmpty();
        assertThat(queried(B)).isEmpty();
        assertThat(lighthouse.events(LighthouseServerEvent.ForeignUpdateIgnored.class)).hasSize(1);
    }

    @Test
    void saysNothingAboutUnknownHostsOrItself() {
        update(B, "192.0.2.1:1");
        lighthouse.link.sent.clear();

        query("10.42.0.77", B);
        query("10.42.0.1", B);
        query("fd42::1", B);

        assertThat(lighthouse.link.sent).isEmpty();
    }

    @Test
    void doesNotServeItsOwnStaticEntries() {
        TestNode withStatic =
                new TestNode(
                        node("10.42.0.1/16")
                                .amLighthouse()
                                .staticHost(C, HostAddr.of("192.0.2.3", 1))
                                .build());

        withStatic.receive(
                LighthouseMessage.of(MessageKind.HOST_QUERY, AddressForm.V2, Ip.of(C)), 1, B);

        assertThat(withStatic.link.sent).isEmpty();
    }

    @Test
    void aNodeThatIsNoLighthouseIsSilent() {
        TestNode plain = new TestNode(node("10.42.0.1/16").build());

        plain.receive(updateOf("192.0.2.1:1"), 1, B);
        plain.receive(LighthouseMessage.of(MessageKind.HOST_QUERY, AddressForm.V2, Ip.of(B)), 1, C);

        assertThat(plain.link.sent).isEmpty();
    }

    @Test
    void findsAHostByAnyOfItsAddresses() {
        lighthouse.receive(updateOf("192.0.2.1:1"), 1, B, "fd42::2");

        assertThat(queried("fd42::2")).isEqualTo(addresses("192.0.2.1:1"));
        assertThat(queried(B)).isEqualTo(addresses("192.0.2.1:1"));
    }

    @Test
    void forgetsAHostUnderAllItsAddressesWhenItsTunnelGoes() {
        lighthouse.receive(updateOf("192.0.2.1:1"), 1, B, "fd42::2");

        lighthouse.discovery.peerGone(ips(B, "fd42::2"));

        assertThat(queried("fd42::2")).isEmpty();
        assertThat(queried(B)).isEmpty();
        assertThat(lighthouse.discovery.known()).isEmpty();
    }

    @Test
    void staticHostsAreNotForgotten() {
        TestNode withStatic =
                new TestNode(
                        node("10.42.0.1/16")
                                .amLighthouse()
                                .staticHost(B, HostAddr.of("192.0.2.3", 1))
                                .build());
        withStatic.receive(updateOf("192.0.2.1:1"), 1, B, "fd42::2");

        withStatic.discovery.peerGone(ips(B, "fd42::2"));

        assertThat(withStatic.candidates(B)).isEqualTo(addresses("192.0.2.1:1", "192.0.2.3:1"));
    }

    @Test
    void introducesTheQuerierToTheQueriedHost() {
        update(B, "192.0.2.2:1");
        update(C, "192.0.2.3:1", "[2001:db8::3]:1");
        lighthouse.link.sent.clear();

        query(B, C);

        FakeLink.Sent punch = lighthouse.link.sent(MessageKind.HOST_PUNCH).getFirst();
        assertThat(punch.to()).isEqualTo(Ip.of(B));
        assertThat(punch.message().overlay()).isEqualTo(Ip.of(C));
        assertThat(punch.message().addresses())
                .isEqualTo(addresses("192.0.2.3:1", "[2001:db8::3]:1"));
    }

    @Test
    void doesNotNameAnIpv6QuerierToAHostWithAV1Certificate() {
        update(B, "192.0.2.2:1");
        lighthouse.receive(updateOf("192.0.2.3:1"), 1, "fd42::3");
        lighthouse.link.peerVersion.put(Ip.of(B), 1);

        query(B, "fd42::3");

        assertThat(lighthouse.link.sent(MessageKind.HOST_QUERY_REPLY)).hasSize(1);
        assertThat(lighthouse.link.sent(MessageKind.HOST_PUNCH)).isEmpty();
    }

    @Test
    void introducesNobodyWithoutKnownAddressesOrToItself() {
        update(B, "192.0.2.2:1");

        query(B, C);
        query(B, B);

        assertThat(lighthouse.link.sent(MessageKind.HOST_QUERY_REPLY)).hasSize(2);
        assertThat(lighthouse.link.sent(MessageKind.HOST_PUNCH)).isEmpty();
    }

    @Test
    void namesTheQuerierByTheTargetsNetworksInTheirOrder() {
        List<Ip> querier = ips("10.42.0.2", "fd42::2", "10.7.0.2");

        assertThat(PunchName.of(querier, networks("fd42::/64", "10.42.0.0/16")))
                .isEqualTo(Ip.of("fd42::2"));
        assertThat(PunchName.of(querier, networks("10.7.0.0/16", "fd42::/64")))
                .isEqualTo(Ip.of("10.7.0.2"));
        assertThat(PunchName.of(querier, networks("10.9.0.0/16"))).isEqualTo(Ip.of("10.42.0.2"));
        assertThat(PunchName.of(querier, List.of())).isEqualTo(Ip.of("10.42.0.2"));
    }

    @Test
    void theOldFormOfAReplyLeavesIpv6RelaysOut() {
        lighthouse.receive(
                LighthouseMessage.of(
                        MessageKind.HOST_UPDATE,
                        AddressForm.V2,
                        null,
                        addresses("192.0.2.2:1"),
                        ips("10.42.0.8", "fd42::8")),
                1,
                B);

        lighthouse.receive(
                LighthouseMessage.of(MessageKind.HOST_QUERY, AddressForm.V1, Ip.of(B)), 1, C);
        query(B, C);

        List<FakeLink.Sent> replies = lighthouse.link.sent(MessageKind.HOST_QUERY_REPLY);
        assertThat(replies.get(0).message().relays()).isEqualTo(ips("10.42.0.8"));
        assertThat(replies.get(1).message().relays()).isEqualTo(ips("10.42.0.8", "fd42::8"));
    }

    private void update(String from, String... reported) {
        lighthouse.receive(updateOf(reported), 1, from);
    }

    private static LighthouseMessage updateOf(String... reported) {
        return LighthouseMessage.of(
                MessageKind.HOST_UPDATE, AddressForm.V2, null, addresses(reported), List.of());
    }

    private void query(String overlay, String querier) {
        lighthouse.receive(
                LighthouseMessage.of(MessageKind.HOST_QUERY, AddressForm.V2, Ip.of(overlay)),
                2,
                querier);
    }

    /** Addresses in the answer, none when there was no answer. */
    private List<UnderlayAddr> queried(String overlay) {
        lighthouse.link.sent.clear();
        query(overlay, "10.42.0.200");
        return lighthouse.link.sent(MessageKind.HOST_QUERY_REPLY).stream()
                .flatMap(s -> s.message().addresses().stream())
                .toList();
    }

    private static List<Cidr> networks(String... texts) {
        return java.util.Arrays.stream(texts).map(Cidr::of).toList();
    }

    @Test
    void refusesReportsThatTheAllowListDenies() {
        SettingsBuilder settings = node("10.42.0.1/16").amLighthouse();
        TestNode picky = new TestNode(settings.remoteRule("198.51.100.0/24", false).build());

        picky.receive(updateOf("198.51.100.1:1", "10.42.0.9:1", "192.0.2.1:1"), 1, B);
        picky.discovery.start(at(1));
        picky.receive(LighthouseMessage.of(MessageKind.HOST_QUERY, AddressForm.V2, Ip.of(B)), 2, C);

        assertThat(picky.link.sent(MessageKind.HOST_QUERY_REPLY).getFirst().message().addresses())
                .isEqualTo(addresses("192.0.2.1:1"));
    }
}
