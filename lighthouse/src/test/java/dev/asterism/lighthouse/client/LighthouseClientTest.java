package dev.asterism.lighthouse.client;

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
import dev.asterism.overlay.path.RemoteFilter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LighthouseClientTest {

    private static final Ip PEER = Ip.of("10.42.0.9");

    private final TestNode node =
            new TestNode(host().lighthouses("10.42.0.1", "10.42.0.2").build()).local("192.0.2.7");

    @Test
    void reportsAtStartAndThenOncePerInterval() {
        node.runUntil(60);

        List<FakeLink.Sent> updates = node.link.sent(MessageKind.HOST_UPDATE);
        assertThat(updates).filteredOn(s -> s.nanos() == 0).hasSize(2);
        List<Long> times = updates.stream().map(FakeLink.Sent::nanos).distinct().toList();
        assertThat(times).hasSizeBetween(6, 8);
        for (int i = 1; i < times.size(); i++) {
            assertThat(times.get(i) - times.get(i - 1)).isBetween(9_500_000_000L, 10_000_000_000L);
        }
    }

    @Test
    void reportsWhereItIsInTheFormOfItsCertificate() {
        node.link.ourVersion.put(Ip.of("10.42.0.1"), 1);

        node.discovery.start(at(0));

        LighthouseMessage toFirst = node.link.sent.get(0).message();
        LighthouseMessage toSecond = node.link.sent.get(1).message();
        assertThat(toFirst.form()).isEqualTo(AddressForm.V1);
        assertThat(toFirst.overlay()).isEqualTo(Ip.of("10.42.0.5"));
        assertThat(toSecond.form()).isEqualTo(AddressForm.V2);
        assertThat(toSecond.overlay()).isNull();
        assertThat(toSecond.addresses()).isEqualTo(addresses("192.0.2.7:4242"));
    }

    /** Where packets come from may be an address that only our NAT knows: it is no report of anybody. */
    @Test
    void aLighthouseThatHasOnlyOurNatsAddressRaisesNoAlarm() {
        node.discovery.start(at(0));
        node.receive(ownRecord("203.0.113.9:1024", "192.0.2.7:4242"), 1, "10.42.0.1");

        node.receive(ownRecord("203.0.113.9:1024"), 30, "10.42.0.1");

        assertThat(node.events(LighthouseClientEvent.OwnAddressUsedElsewhere.class)).isEmpty();
        node.receive(ownRecord("203.0.113.9:1024", "198.51.100.4:4242"), 60, "10.42.0.1");
        assertThat(node.events(LighthouseClientEvent.OwnAddressUsedElsewhere.class)).hasSize(1);
    }

    private static LighthouseMessage ownRecord(String... addresses) {
        return LighthouseMessage.of(
                MessageKind.HOST_QUERY_REPLY,
                AddressForm.V2,
                Ip.of("10.42.0.5"),
                addresses(addresses),
                List.of());
    }

    @Test
    void anIntervalOfZeroMeansSilence() {
        TestNode silent = new TestNode(host().lighthouses("10.42.0.1").interval(0).build());

        silent.runUntil(100);
        assertThat(silent.link.sent).isEmpty();

        silent.discovery.sessionMade(ips("10.42.0.1"), at(100));
        assertThat(silent.link.sent(MessageKind.HOST_UPDATE)).hasSize(1);
    }

    @Test
    void registersAtOnceWithALighthouseThatAReloadAdds() {
        TestNode fresh = new TestNode(host().interval(600).build()).local("192.0.2.7");
        fresh.runUntil(5);
        assertThat(fresh.link.sent).isEmpty();
        assertThat(fresh.events(LighthouseClientEvent.NoLighthouses.class)).hasSize(1);

        fresh.discovery.reconfigure(host().interval(600).lighthouses("10.42.0.1").build(), at(5));

        assertThat(fresh.link.sent(MessageKind.HOST_UPDATE))
                .extracting(FakeLink.Sent::to)
                .containsExactly(Ip.of("10.42.0.1"));
        fresh.runUntil(1100);
        assertThat(fresh.link.sent(MessageKind.HOST_UPDATE)).hasSize(2);
    }

    @Test
    void aNewIntervalReplacesTheOldOne() {
        node.discovery.start(at(0));
        node.discovery.reconfigure(
                host().lighthouses("10.42.0.1", "10.42.0.2").interval(100).build(), at(1));
        node.link.sent.clear();

        node.runUntil(90);
        assertThat(node.link.sent).isEmpty();
        node.runUntil(101);
        assertThat(node.link.sent(MessageKind.HOST_UPDATE)).hasSize(2);
    }

    @Test
    void otherRelaysAreReportedAtOnceAndNothingElseIs() {
        node.discovery.start(at(0));
        node.link.sent.clear();
        SettingsBuilder same = host().lighthouses("10.42.0.1", "10.42.0.2");

        node.discovery.reconfigure(same.build(), at(1));
        assertThat(node.link.sent).isEmpty();

        node.discovery.reconfigure(same.relays("10.42.0.8").build(), at(2));
        assertThat(node.link.sent(MessageKind.HOST_UPDATE)).hasSize(2);
        assertThat(node.link.sent.getFirst().message().relays()).isEqualTo(ips("10.42.0.8"));
    }

    @Test
    void asksForTheLocalAddressesTowardsItsLighthouses() {
        TestNode known =
                new TestNode(
                        host().lighthouses("10.42.0.1")
                                .staticHost("10.42.0.1", HostAddr.of("203.0.113.1", 4242))
                                .build());

        known.discovery.start(at(0));

        assertThat(known.askedTowards().getFirst()).isEqualTo(ips("203.0.113.1"));
    }

    @Test
    void reportsLocalAddressesAtOnceWhenTheyMayHaveChanged() {
        node.discovery.start(at(0));
        node.link.sent.clear();

        // The same ones, too: the lighthouses may have tried them while a link was down.
        node.discovery.localAddressesChanged(at(1));
        assertThat(node.link.sent(MessageKind.HOST_UPDATE)).hasSize(2);
        node.link.sent.clear();

        node.local("192.0.2.8");
        node.discovery.localAddressesChanged(at(2));
        assertThat(node.link.sent(MessageKind.HOST_UPDATE)).hasSize(2);
    }

    @Test
    void asksEveryLighthouseButNeverAboutOneOrItself() {
        node.discovery.query(PEER, at(0));
        node.discovery.query(Ip.of("10.42.0.1"), at(0));
        node.discovery.query(Ip.of("10.42.0.5"), at(0));

        assertThat(node.link.sent(MessageKind.HOST_QUERY))
                .extracting(FakeLink.Sent::to)
                .isEqualTo(ips("10.42.0.1", "10.42.0.2"));
    }

    /** Without an IPv6 address of its own it has no certificate that the peer could be shown. */
    @Test
    void cannotAskForIpv6InTheOldForm() {
        TestNode four =
                new TestNode(node("10.42.0.5/16").lighthouses("10.42.0.1", "10.42.0.2").build());
        four.link.ourVersion.put(Ip.of("10.42.0.1"), 1);

        four.discovery.query(Ip.of("fd42::9"), at(0));

        assertThat(four.link.sent(MessageKind.HOST_QUERY))
                .extracting(FakeLink.Sent::to)
                .isEqualTo(ips("10.42.0.2"));
        assertThat(four.events(LighthouseClientEvent.QueryImpossible.class)).hasSize(1);
    }

    /** With certificates of both versions the tunnel is of version 1, and IPv6 peers are asked for nevertheless. */
    @Test
    void asksForIpv6InTheNewFormWhenItHasAnIpv6AddressItself() {
        TestNode both =
                new TestNode(node("10.42.0.5/16", "fd42::5/64").lighthouses("10.42.0.1").build());
        both.link.ourVersion.put(Ip.of("10.42.0.1"), 1);

        both.discovery.query(Ip.of("fd42::9"), at(0));
        both.discovery.query(PEER, at(0));

        assertThat(both.link.sent(MessageKind.HOST_QUERY))
                .extracting(s -> s.message().form(), s -> s.message().overlay())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(AddressForm.V2, Ip.of("fd42::9")),
                        org.assertj.core.groups.Tuple.tuple(AddressForm.V1, PEER));
        assertThat(both.events(LighthouseClientEvent.QueryImpossible.class)).isEmpty();
    }

    @Test
    void aBurstOfQueriesWaitsAndTheQueueIsBounded() {
        TestNode busy = new TestNode(host().lighthouses("10.42.0.1").queryBuffer(100).build());
        busy.discovery.start(at(0));
        for (int i = 0; i < 1000; i++) {
            busy.discovery.query(Ip.ofIpv4(0x0A2A1000 + i), at(1));
        }

        assertThat(busy.link.sent(MessageKind.HOST_QUERY)).hasSize(64);
        assertThat(busy.discovery.counters().queriesDropped()).isEqualTo(1000 - 64 - 100);
        busy.runUntil(2);
        assertThat(busy.link.sent(MessageKind.HOST_QUERY)).hasSize(164);
    }

    @Test
    void believesConfiguredLighthousesOnly() {
        node.discovery.remotesOf(PEER);

        node.receive(reply(PEER, "192.0.2.66:1"), 1, "10.42.0.66");
        assertThat(node.candidates("10.42.0.9")).isEmpty();
        assertThat(node.events(LighthouseClientEvent.ReplyIgnored.class)).hasSize(1);

        node.receive(reply(PEER, "192.0.2.9:1"), 1, "fd42::1", "10.42.0.1");
        assertThat(node.candidates("10.42.0.9")).isEqualTo(addresses("192.0.2.9:1"));
        assertThat(node.link.woken).containsExactly(PEER);
    }

    @Test
    void joinsTheAnswersOfSeveralLighthousesAndReplacesThoseOfOne() {
        node.discovery.remotesOf(PEER);

        node.receive(reply(PEER, "192.0.2.1:1"), 1, "10.42.0.1");
        node.receive(reply(PEER, "192.0.2.2:1"), 1, "10.42.0.2");
        node.receive(reply(PEER, "192.0.2.3:1"), 2, "10.42.0.1");

        assertThat(node.candidates("10.42.0.9")).isEqualTo(addresses("192.0.2.2:1", "192.0.2.3:1"));
    }

    @Test
    void ignoresAnswersAboutPeersNobodyAskedFor() {
        node.receive(reply(PEER, "192.0.2.1:1"), 1, "10.42.0.1");

        assertThat(node.discovery.known()).noneMatch(l -> l.overlay().contains(PEER));
    }

    @Test
    void answersPassTheAllowListBeforeTheLimit() {
        TestNode picky =
                new TestNode(
                        host().lighthouses("10.42.0.1")
                                .remoteRule("198.51.100.0/24", false)
                                .build());
        picky.discovery.remotesOf(PEER);
        List<String> twelve = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            twelve.add("198.51.100." + i + ":1");
        }
        for (int i = 1; i <= 9; i++) {
            twelve.add("192.0.2." + i + ":1");
        }

        picky.receive(reply(PEER, twelve.toArray(String[]::new)), 1, "10.42.0.1");

        assertThat(picky.candidates("10.42.0.9")).hasSize(9);
    }

    @Test
    void aHandshakeWithAStaticOrCalculatedHostMayBeginAtOnce() {
        TestNode some =
                new TestNode(
                        host().staticHost("10.42.0.3", HostAddr.of("192.0.2.3", 4242))
                                .calculated("10.42.7.0/24", "192.168.7.0/24", 4242)
                                .build());

        assertThat(some.discovery.handshakeStarting(Ip.of("10.42.0.3"), at(0))).isTrue();
        assertThat(some.discovery.handshakeStarting(Ip.of("10.42.7.5"), at(0))).isTrue();
        assertThat(some.discovery.handshakeStarting(Ip.of("10.42.0.4"), at(0))).isFalse();
        assertThat(some.candidates("10.42.7.5")).isEqualTo(addresses("192.168.7.5:4242"));
    }

    @Test
    void tellsOnceThatALighthouseAcknowledged() {
        LighthouseMessage ack =
                LighthouseMessage.of(MessageKind.HOST_UPDATE_ACK, AddressForm.V2, null);

        node.receive(ack, 1, "10.42.0.1");
        node.receive(ack, 2, "10.42.0.1");
        node.receive(ack, 2, "10.42.0.66");

        assertThat(node.events(LighthouseClientEvent.Registered.class))
                .containsExactly(new LighthouseClientEvent.Registered(Ip.of("10.42.0.1")));
    }

    @Test
    void aLighthouseNeitherReportsNorAsks() {
        TestNode lighthouse = new TestNode(host().amLighthouse().lighthouses("10.42.0.1").build());

        lighthouse.runUntil(100);
        lighthouse.discovery.query(PEER, at(100));
        lighthouse.discovery.sessionMade(ips("10.42.0.1"), at(100));

        assertThat(lighthouse.link.sent).isEmpty();
        assertThat(lighthouse.events(LighthouseClientEvent.NoLighthouses.class)).isEmpty();
    }

    @Test
    void aReloadDoesNotChangeTheRole() {
        node.discovery.reconfigure(host().amLighthouse().build(), at(1));

        assertThat(node.discovery.settings().amLighthouse()).isFalse();
    }

    @Test
    void thePolicyFollowsReloads() {
        RemoteFilter policy = node.discovery.policy();
        UnderlayAddr remote = UnderlayAddr.of("198.51.100.1:1");
        assertThat(policy.allows(List.of(PEER), remote)).isTrue();

        node.discovery.reconfigure(host().remoteRule("198.51.100.0/24", false).build(), at(1));

        assertThat(policy.allows(List.of(PEER), remote)).isFalse();
    }

    @Test
    void warnsAboutLighthousesOutsideItsNetworks() {
        TestNode odd = new TestNode(host().lighthouses("10.99.0.1").build());

        odd.discovery.start(at(0));

        assertThat(odd.events(LighthouseClientEvent.LighthouseOutsideNetworks.class)).hasSize(1);
    }

    @Test
    void survivesAnyPayload() {
        java.util.Random random = new java.util.Random(3);
        for (int i = 0; i < 5000; i++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            node.discovery.handle(
                    new dev.asterism.overlay.discovery.PeerMessage(
                            ips("10.42.0.1"), 2, dev.asterism.overlay.io.Bytes.owning(bytes)),
                    at(1));
        }
        assertThat(node.discovery.counters().malformed()).isGreaterThan(4000);
    }

    @Test
    void peersInsideTheOverlayAreNoCandidates() {
        node.discovery.remotesOf(PEER);
        assertThat(Cidr.of("10.42.0.5/16").contains(Ip.of("10.42.0.9"))).isTrue();

        node.receive(reply(PEER, "10.42.0.9:4242", "192.0.2.1:1"), 1, "10.42.0.1");

        assertThat(node.candidates("10.42.0.9")).isEqualTo(List.of(UnderlayAddr.of("192.0.2.1:1")));
    }

    private static LighthouseMessage reply(Ip overlay, String... addresses) {
        return LighthouseMessage.of(
                MessageKind.HOST_QUERY_REPLY,
                AddressForm.V2,
                overlay,
                addresses(addresses),
                List.of());
    }

    private static SettingsBuilder host() {
        return node("10.42.0.5/16", "fd42::5/64");
    }
}
