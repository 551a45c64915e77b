package dev.asterism.lighthouse.server;

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
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordNewsTest {

    private static final String B = "10.42.0.2";
    private static final String C = "10.42.0.3";

    private final TestNode lighthouse = new TestNode(node("10.42.0.1/16").amLighthouse().build());

    @Test
    void tellsWhoAskedWhereAHostIsNowAndWhichRelaysItNames() {
        update(1, List.of(), "192.0.2.1:1");
        query(2, C, B);
        lighthouse.link.sent.clear();

        update(5, ips("10.42.0.8"), "192.0.2.2:1");
        lighthouse.runUntil(6);

        List<FakeLink.Sent> told = told();
        assertThat(told).extracting(FakeLink.Sent::to).containsExactly(Ip.of(C));
        assertThat(told.getFirst().message().addresses()).isEqualTo(addresses("192.0.2.2:1"));
        assertThat(told.getFirst().message().relays()).isEqualTo(ips("10.42.0.8"));
    }

    /** It is never told of itself, so nothing is kept of the question. */
    @Test
    void aHostThatAskedAboutItselfHasNoNews() {
        update(1, List.of(), "192.0.2.1:1");
        query(2, B, B);
        lighthouse.runUntil(4);

        update(5, List.of(), "192.0.2.2:1");

        assertThat(lighthouse.discovery.nextDeadlineNanos()).isGreaterThan(at(5).nanos());
        lighthouse.runUntil(6);
        assertThat(told()).extracting(FakeLink.Sent::to).containsExactly(Ip.of(B)); // the answer
    }

    /** A NAT gave it another port: only the source of its packets shows that. */
    @Test
    void tellsWhereAHostWasSeen() {
        update(1, List.of(), "192.0.2.1:1");
        query(2, C, B);
        lighthouse.link.sent.clear();

        lighthouse
                .discovery
                .remotesOf(Ip.of(B))
                .learn(Ip.of(B), UnderlayAddr.of("198.51.100.4:1024"));
        lighthouse.runUntil(3);

        assertThat(told().getFirst().message().addresses())
                .isEqualTo(addresses("198.51.100.4:1024", "192.0.2.1:1"));
    }

    /** Who asks for an IPv6 address does so in the form that can name it, whatever its tunnel was made with. */
    @Test
    void tellsOfAnIpv6AddressInTheFormThatCanNameIt() {
        lighthouse.link.tunnels.add(Ip.of(C));
        lighthouse.link.ourVersion.put(Ip.of(C), 1);
        query(1, C, "fd42::2");

        lighthouse.receive(
                LighthouseMessage.of(
                        MessageKind.HOST_UPDATE,
                        AddressForm.V2,
                        null,
                        addresses("192.0.2.1:1"),
                        List.of()),
                2,
                B,
                "fd42::2");
        lighthouse.runUntil(3);

        assertThat(told()).extracting(FakeLink.Sent::to).containsExactly(Ip.of(C));
        assertThat(told().getFirst().message().overlay()).isEqualTo(Ip.of("fd42::2"));
    }

    @Test
    void answersAQuestionAboutAHostThatRegistersLater() {
        query(1, C, B);
        assertThat(told()).isEmpty();

        update(2, List.of(), "192.0.2.1:1");
        lighthouse.runUntil(3);

        assertThat(told()).extracting(FakeLink.Sent::to).containsExactly(Ip.of(C));
    }

    /** Nebula's two ends would begin handshakes that cross, and send in two sessions for seconds. */
    @Test
    void tellsWhoAskedFirstOnlyWhenTheHostThatRegistersAndAsksForItHadAHeadStart() {
        update(C, 0.5, List.of(), "192.0.2.3:1");
        query(1, C, B);

        lighthouse.discovery.sessionMade(ips(B), TestNode.at(2));
        update(2, List.of(), "192.0.2.1:1");
        lighthouse.discovery.onTimer(TestNode.at(2));
        query(2.01, B, C);
        lighthouse.runUntil(2.25);
        assertThat(told()).extracting(FakeLink.Sent::to).containsExactly(Ip.of(B));

        lighthouse.runUntil(2.27);
        assertThat(told()).extracting(FakeLink.Sent::to).containsExactly(Ip.of(B), Ip.of(C));
        assertThat(told().getLast().message().addresses()).isEqualTo(addresses("192.0.2.1:1"));
    }

    /** A lighthouse that has just started handles what both say at once. */
    @Test
    void answersTheSecondOfTwoThatHaveJustComeAQuarterOfASecondAfterTheFirst() {
        update(B, 4.9, List.of(), "192.0.2.1:1");
        update(C, 4.9, List.of(), "192.0.2.3:1");
        lighthouse.discovery.sessionMade(ips(B), TestNode.at(4.9));
        lighthouse.runUntil(5);

        query(5, C, B);
        query(5.1, B, C);
        query(5.2, B, C);
        query(5.2, C, B);
        assertThat(told())
                .extracting(FakeLink.Sent::to)
                .as("whoever was first is answered each time")
                .containsExactly(Ip.of(C), Ip.of(C));

        lighthouse.runUntil(5.26);
        assertThat(told())
                .extracting(FakeLink.Sent::to)
                .containsExactly(Ip.of(C), Ip.of(C), Ip.of(B));
        assertThat(lighthouse.link.sent(MessageKind.HOST_PUNCH))
                .extracting(FakeLink.Sent::to)
                .as("each is asked to punch towards the other")
                .containsExactly(Ip.of(B), Ip.of(C));

        query(5.4, B, C);
        assertThat(told()).as("once for a pair").hasSize(4);
    }

    /** As a lighthouse of Nebula does: behind NATs it takes both handshakes to make a way. */
    @Test
    void answersTwoThatHaveBeenThereForLongAtOnce() {
        update(B, 1, List.of(), "192.0.2.1:1");
        update(C, 1, List.of(), "192.0.2.3:1");
        lighthouse.discovery.sessionMade(ips(B), TestNode.at(1));
        lighthouse.discovery.sessionMade(ips(C), TestNode.at(1));
        lighthouse.runUntil(5);

        query(5, C, B);
        query(5, B, C);

        assertThat(told()).extracting(FakeLink.Sent::to).containsExactly(Ip.of(C), Ip.of(B));
    }

    @Test
    void answersAtOnceWhoAsksAboutItself() {
        update(B, 4.9, List.of(), "192.0.2.1:1");
        lighthouse.discovery.sessionMade(ips(B), TestNode.at(4.9));

        query(5, B, B);
        query(5.1, B, B);

        assertThat(told()).hasSize(2);
    }

    @Test
    void tellsOthersAtOnceOfAHostThatRegistersAndAsksForOne() {
        update(C, 0.5, List.of(), "192.0.2.3:1");
        query(1, C, B);
        query(1, "10.42.0.4", B);

        lighthouse.discovery.sessionMade(ips(B), TestNode.at(2));
        update(2, List.of(), "192.0.2.1:1");
        lighthouse.discovery.onTimer(TestNode.at(2));
        query(2.01, B, C);
        lighthouse.runUntil(2.2);

        assertThat(told())
                .extracting(FakeLink.Sent::to)
                .containsExactly(Ip.of(B), Ip.of("10.42.0.4"));
    }

    /** Only what nobody could be told before waits for a question of the host. */
    @Test
    void tellsAtOnceOfAHostThatMoves() {
        update(1, List.of(), "192.0.2.1:1");
        query(2, C, B);
        lighthouse.link.sent.clear();

        update(5, List.of(), "192.0.2.2:1");
        lighthouse.runUntil(5.02);

        assertThat(told()).extracting(FakeLink.Sent::to).containsExactly(Ip.of(C));
    }

    /** Its own question, which was there before its first report, is not one of somebody who waits for it. */
    @Test
    void tellsAtOnceOfAHostThatMovesAndHadAskedAboutItselfBeforeItRegistered() {
        query(1, B, B);
        update(2, List.of(), "192.0.2.1:1");
        lighthouse.runUntil(3);
        query(3, C, B);
        lighthouse.link.sent.clear();

        update(5, List.of(), "192.0.2.2:1");
        lighthouse.discovery.onTimer(at(5));
        lighthouse.runUntil(5.02);

        assertThat(told()).extracting(FakeLink.Sent::to).containsExactly(Ip.of(C));
    }

    /** The queried host may know only one of the addresses of who asked. */
    @Test
    void namesWhoAskedByAnAddressInTheNetworksOfTheHostThatRegistersLater() {
        lighthouse.receive(
                LighthouseMessage.of(
                        MessageKind.HOST_UPDATE,
                        AddressForm.V2,
                        null,
                        addresses("192.0.2.3:1"),
                        List.of()),
                0.5,
                C,
                "fd42::3");
        lighthouse.link.networks.put(Ip.of("fd42::2"), List.of(Cidr.of("fd42::2/64")));
        query(1, C, "fd42::2");

        lighthouse.receive(
                LighthouseMessage.of(
                        MessageKind.HOST_UPDATE,
                        AddressForm.V2,
                        null,
                        addresses("192.0.2.1:1"),
                        List.of()),
                2,
                "fd42::2");
        lighthouse.runUntil(3);

        assertThat(lighthouse.link.sent(MessageKind.HOST_PUNCH))
                .extracting(FakeLink.Sent::to, s -> s.message().overlay())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Ip.of("fd42::2"), Ip.of("fd42::3")));
    }

    /** Behind a NAT it is deaf to who asked until it has punched. */
    @Test
    void asksAHostThatRegistersLaterToPunchTowardsWhoAsked() {
        lighthouse.receive(
                LighthouseMessage.of(
                        MessageKind.HOST_UPDATE,
                        AddressForm.V2,
                        null,
                        List.of(UnderlayAddr.of("192.0.2.3:1")),
                        List.of()),
                0.5,
                C);
        query(1, C, B);
        lighthouse.link.sent.clear();

        update(2, List.of(), "192.0.2.1:1");
        lighthouse.runUntil(3);

        List<FakeLink.Sent> punches = lighthouse.link.sent(MessageKind.HOST_PUNCH);
        assertThat(punches).extracting(FakeLink.Sent::to).containsExactly(Ip.of(B));
        assertThat(punches.getFirst().message().addresses()).isEqualTo(addresses("192.0.2.3:1"));
    }

    @Test
    void saysNothingWhenNothingIsNewOrNobodyIsThere() {
        update(1, List.of(), "192.0.2.1:1");
        query(2, C, B);
        lighthouse.link.sent.clear();

        update(3, List.of(), "192.0.2.1:1");
        lighthouse.runUntil(4);
        assertThat(told()).isEmpty();

        lighthouse.link.tunnels.remove(Ip.of(C));
        update(5, List.of(), "192.0.2.9:1");
        lighthouse.runUntil(9);
        assertThat(told()).isEmpty();
    }

    @Test
    void tellsOfARestlessHostEveryTwoSecondsAndTheLatestInTheEnd() {
        update(1, List.of(), "192.0.2.1:1");
        query(2, C, B);
        lighthouse.link.sent.clear();

        for (int i = 0; i < 40; i++) {
            update(3 + i / 10.0, List.of(), "192.0.2.2:" + (1 + i));
            lighthouse.runUntil(3 + i / 10.0);
        }
        lighthouse.runUntil(12);

        List<Long> times = told().stream().map(FakeLink.Sent::nanos).toList();
        assertThat(times).hasSizeBetween(2, 5);
        for (int i = 1; i < times.size(); i++) {
            assertThat(times.get(i) - times.get(i - 1)).isGreaterThanOrEqualTo(2_000_000_000L);
        }
        assertThat(told().getLast().message().addresses()).isEqualTo(addresses("192.0.2.2:40"));
    }

    @Test
    void remembersTheLatestEightWhoAsked() {
        update(1, List.of(), "192.0.2.1:1");
        for (int i = 10; i < 20; i++) {
            query(2, "10.42.0." + i, B);
        }
        lighthouse.link.sent.clear();

        update(5, List.of(), "192.0.2.2:1");
        lighthouse.runUntil(6);

        assertThat(told())
                .extracting(sent -> sent.to().toString())
                .containsExactly(
                        "10.42.0.12",
                        "10.42.0.13",
                        "10.42.0.14",
                        "10.42.0.15",
                        "10.42.0.16",
                        "10.42.0.17",
                        "10.42.0.18",
                        "10.42.0.19");
    }

    /** However many hosts it asks about, within what a member may ask. */
    @Test
    void noMemberMakesItForgetWhatOthersAsked() {
        update(1, List.of(), "192.0.2.1:1");
        query(2, C, B);
        int others = Interest.MAX_HOSTS + 1;
        for (int i = 0; i < others; i++) {
            query(
                    2 + i / (double) QueryLimits.PER_SECOND,
                    "10.42.0.66",
                    "10.42.%d.%d".formatted(16 + i / 256, i % 256));
        }
        lighthouse.link.sent.clear();

        double end = 3 + others / (double) QueryLimits.PER_SECOND;
        update(end, List.of(), "192.0.2.2:1");
        lighthouse.runUntil(end + 1);

        assertThat(told()).extracting(FakeLink.Sent::to).containsExactly(Ip.of(C));
    }

    private List<FakeLink.Sent> told() {
        return lighthouse.link.sent(MessageKind.HOST_QUERY_REPLY);
    }

    private void query(double seconds, String from, String about) {
        lighthouse.link.tunnels.add(Ip.of(from));
        lighthouse.receive(
                LighthouseMessage.of(MessageKind.HOST_QUERY, AddressForm.V2, Ip.of(about)),
                seconds,
                from);
    }

    private void update(double seconds, List<Ip> relays, String... addresses) {
        update(B, seconds, relays, addresses);
    }

    private void update(String host, double seconds, List<Ip> relays, String... addresses) {
        lighthouse.receive(
                LighthouseMessage.of(
                        MessageKind.HOST_UPDATE,
                        AddressForm.V2,
                        null,
                        Arrays.stream(addresses).map(UnderlayAddr::of).toList(),
                        relays),
                seconds,
                host);
    }
}
