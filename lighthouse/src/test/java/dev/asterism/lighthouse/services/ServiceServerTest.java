package dev.asterism.lighthouse.services;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.lighthouse.services.ServiceEntry.State;
import dev.asterism.lighthouse.services.ServiceMessage.Ack;
import dev.asterism.lighthouse.services.ServiceMessage.Ask;
import dev.asterism.lighthouse.services.ServiceMessage.Known;
import dev.asterism.lighthouse.services.ServiceMessage.Offer;
import dev.asterism.lighthouse.services.ServiceMessage.Outcome;
import dev.asterism.lighthouse.services.ServiceMessage.Part;
import dev.asterism.lighthouse.services.ServiceMessage.Refused;
import dev.asterism.lighthouse.services.ServiceMessage.Same;
import dev.asterism.lighthouse.testing.TestNode;
import dev.asterism.overlay.discovery.CertifiedHost;
import dev.asterism.overlay.discovery.OfferedService;
import dev.asterism.overlay.event.MeshEvent;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.text.ServiceName;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a lighthouse keeps of services, whom it tells, and what one member can cause. */
class ServiceServerTest {

    private static final CertifiedHost SHOP_1 = host(1, "shop");
    private static final CertifiedHost SHOP_2 = host(2, "shop", "search");
    private static final Ip CALLER = Ip.of("10.42.9.9");
    private static final Known NOTHING_KNOWN = new Known("shop", 0);

    private record Sent(double seconds, Ip to, ServiceMessage message) {}

    private final List<Sent> sent = new ArrayList<>();
    private final List<MeshEvent> events = new ArrayList<>();
    private final ServiceCounters counters = new ServiceCounters();
    private final ServiceServer server =
            new ServiceServer(
                    counters,
                    events::add,
                    (to, message, now) -> sent.add(new Sent(now.nanos() / 1e9, to, message)),
                    0);

    private static CertifiedHost host(int number, String... groups) {
        Ip address = Ip.of("10.42." + number / 250 + "." + (1 + number % 250));
        return new CertifiedHost(address, "host-" + number, List.of(groups));
    }

    private static OfferedService service(String name) {
        return new OfferedService(name, "v1", 8080, 1, true);
    }

    private void offer(CertifiedHost from, long sequence, double seconds, OfferedService... all) {
        server.onOffer(from, new Offer(sequence, List.of(all)), TestNode.at(seconds));
    }

    private void ask(Ip from, double seconds, Known... known) {
        server.onAsk(from, new Ask(false, List.of(known)), TestNode.at(seconds));
    }

    /** So many hosts offer it at the start. */
    private void offerShop(int hosts) {
        for (int i = 0; i < hosts; i++) {
            offer(host(i, "shop"), 1, 0, service("shop"));
        }
    }

    /** So many hosts ask for it. */
    private void askers(int hosts, double seconds, Known known) {
        for (int i = 0; i < hosts; i++) {
            ask(Ip.of("10.43." + i / 250 + "." + (1 + i % 250)), seconds, known);
        }
    }

    private void runUntil(double seconds) {
        long end = TestNode.at(seconds).nanos();
        long at = Math.max(0, server.nextDeadlineNanos());
        while (at <= end) {
            Tick now = TestNode.at(at / 1e9);
            server.onTimer(now);
            at = Math.max(at + 1_000, server.nextDeadlineNanos());
        }
    }

    private <T extends ServiceMessage> List<T> to(Ip host, Class<T> kind) {
        return sent.stream()
                .filter(one -> one.to().equals(host) && kind.isInstance(one.message()))
                .map(one -> kind.cast(one.message()))
                .toList();
    }

    private List<Ip> offering(String service, State state) {
        return server.book().set(service).entries().values().stream()
                .filter(entry -> entry.state() == state)
                .map(ServiceEntry::host)
                .toList();
    }

    @Test
    void takesWhatAGroupIsNamedForAndNothingElse() {
        offer(SHOP_1, 1, 0, service("shop"), service("payments"));

        assertThat(offering("shop", State.HEALTHY)).containsExactly(SHOP_1.address());
        assertThat(offering("payments", State.HEALTHY)).isEmpty();
        assertThat(to(SHOP_1.address(), Ack.class))
                .containsExactly(
                        new Ack(1, Outcome.TAKEN, List.of(new Refused(1, Refusal.NOT_IN_GROUPS))));
        assertThat(counters.copy().refused(Refusal.NOT_IN_GROUPS)).isEqualTo(1);
        assertThat(events)
                .containsExactly(
                        new ServiceEvent.Refused(
                                SHOP_1.address(),
                                "host-1",
                                "payments",
                                "its certificate has no group of that name"));
    }

    @Test
    void saysARefusalOnceAndCountsAll() {
        for (int i = 0; i < 5; i++) {
            offer(SHOP_1, 1 + i, i * 2, service("payments"));
        }

        assertThat(events).hasSize(1);
        assertThat(counters.copy().refused(Refusal.NOT_IN_GROUPS)).isEqualTo(5);
    }

    @Test
    void tellsWhoAsked() {
        offer(SHOP_1, 1, 0, service("shop"));
        ask(CALLER, 0.1, NOTHING_KNOWN);

        List<Part> told = to(CALLER, Part.class);
        assertThat(told).hasSize(1);
        assertThat(told.getFirst().entries())
                .extracting(ServiceEntry::host)
                .containsExactly(SHOP_1.address());
        assertThat(told.getFirst().settled()).isFalse();

        sent.clear();
        ask(CALLER, 16, told.getFirst().service());
        assertThat(to(CALLER, Same.class))
                .containsExactly(new Same(true, List.of(told.getFirst().service())));
    }

    @Test
    void tellsAChangeAtOnceAndAgainUntilItIsAcknowledged() {
        ask(CALLER, 0, NOTHING_KNOWN);
        sent.clear();
        offer(SHOP_1, 1, 5, service("shop"));
        runUntil(5.4);

        List<Sent> told = sent.stream().filter(one -> one.to().equals(CALLER)).toList();
        assertThat(told).extracting(Sent::seconds).containsExactly(5.0, 5.3);
        Part part = (Part) told.getFirst().message();
        server.onAsk(CALLER, new Ask(true, List.of(part.service())), TestNode.at(5.5));
        sent.clear();
        runUntil(10);
        assertThat(to(CALLER, Part.class)).isEmpty();
    }

    @Test
    void tellsAChangeThatNobodyAcknowledgesFourTimes() {
        ask(CALLER, 0, NOTHING_KNOWN);
        sent.clear();
        offer(SHOP_1, 1, 5, service("shop"));
        runUntil(15);

        assertThat(to(CALLER, Part.class)).hasSize(4);
        assertThat(sent.getLast().seconds()).isLessThan(7.0);
    }

    @Test
    void tellsThatAHostWithdrawsAndForgetsItLater() {
        offer(SHOP_1, 1, 0, service("shop"));
        offer(SHOP_1, 2, 3, new OfferedService[0]);
        assertThat(offering("shop", State.WITHDRAWN)).containsExactly(SHOP_1.address());

        runUntil(40);
        assertThat(server.book().entries()).isZero();
        assertThat(server.book().isEmpty()).isTrue();
    }

    @Test
    void forgetsWhatIsNotRepeated() {
        offer(SHOP_1, 1, 0, service("shop"));
        offer(SHOP_2, 1, 0, service("shop"));
        for (int i = 1; i < 5; i++) {
            offer(SHOP_2, 1, i * 10, service("shop"));
            runUntil(i * 10 + 0.5);
        }

        assertThat(offering("shop", State.HEALTHY)).containsExactly(SHOP_2.address());
    }

    @Test
    void countsOffersThatChangeSomethingAndNothingElse() {
        offer(SHOP_1, 1, 0, service("shop"));
        offer(SHOP_2, 1, 0, service("shop"));
        offer(SHOP_2, 1, 1, service("shop"));
        server.sessionMade(host(1, "web"), TestNode.at(2));
        assertThat(offering("shop", State.HEALTHY)).containsExactly(SHOP_2.address());
        runUntil(60);

        assertThat(server.book().isEmpty()).isTrue();
        assertThat(counters.copy().offersTaken()).isEqualTo(2);
    }

    @Test
    void doesNotGoBackToAnOlderWord() {
        offer(SHOP_1, 7, 0, service("shop").withHealth(false));
        offer(SHOP_1, 6, 1, service("shop"));

        assertThat(offering("shop", State.UNHEALTHY)).containsExactly(SHOP_1.address());
        assertThat(to(SHOP_1.address(), Ack.class).getLast())
                .isEqualTo(new Ack(7, Outcome.STALE, List.of()));
    }

    /** A number that is as high as it can be is the member's own loss, and only until its next tunnel. */
    @Test
    void aNewTunnelMayBeginWithALowerNumber() {
        offer(SHOP_1, Long.MAX_VALUE, 0, service("shop").withHealth(false));
        offer(SHOP_1, 6, 1, service("shop"));
        assertThat(offering("shop", State.UNHEALTHY)).containsExactly(SHOP_1.address());

        server.sessionMade(SHOP_1, TestNode.at(2));
        offer(SHOP_1, 6, 2, service("shop"));
        assertThat(offering("shop", State.HEALTHY)).containsExactly(SHOP_1.address());
        offer(SHOP_1, 5, 3, service("shop").withHealth(false));
        assertThat(offering("shop", State.HEALTHY)).containsExactly(SHOP_1.address());
    }

    @Test
    void whoAsksNoMoreGivesWayToOneThatComes() {
        int hosts = Subscribers.MAX / Subscribers.MAX_OF_HOST;
        for (int i = 0; i < hosts; i++) {
            for (int k = 0; k < Subscribers.MAX_OF_HOST; k++) {
                Ip asker = Ip.of("10.43." + i / 250 + "." + (1 + i % 250));
                server.subscribers().asks(asker, "name-" + k, 0, TestNode.at(0));
            }
        }
        assertThat(server.subscribers().asks(CALLER, "shop", 0, TestNode.at(5)))
                .as("all of them may ask again")
                .isFalse();

        assertThat(server.subscribers().asks(CALLER, "shop", 0, TestNode.at(9))).isTrue();
        assertThat(server.subscribers().size()).isEqualTo(Subscribers.MAX);
        offer(SHOP_1, 1, 9.1, service("shop"));
        runUntil(9.2);
        assertThat(to(CALLER, Part.class)).hasSize(1);
    }

    @Test
    void forgetsWhatANewCertificateDoesNotAllow() {
        offer(SHOP_2, 1, 0, service("shop"), service("search"));
        server.sessionMade(
                new CertifiedHost(SHOP_2.address(), "host-2", List.of("search")), TestNode.at(1));

        assertThat(server.book().set("shop").entries()).isEmpty();
        assertThat(offering("search", State.HEALTHY)).containsExactly(SHOP_2.address());
    }

    @Test
    void keepsAtMost256HostsOfAService() {
        offerShop(ServiceBook.MAX_HOSTS + 20);

        assertThat(server.book().entries()).isEqualTo(ServiceBook.MAX_HOSTS);
        assertThat(counters.copy().refused(Refusal.SERVICE_FULL)).isEqualTo(20);
        ask(CALLER, 0.1, NOTHING_KNOWN);
        assertThat(to(CALLER, Part.class)).hasSize(16);
    }

    /** Its CA has given it every group there is. */
    @Test
    void aMemberThatOffersTenThousandServicesKeepsSixteenPlaces() {
        String[] groups =
                IntStream.range(0, 10_000).mapToObj(i -> "svc-" + i).toArray(String[]::new);
        CertifiedHost greedy = host(3, groups);
        offer(SHOP_1, 1, 0, service("shop"));
        for (int i = 0; i < 10_000; i += ServiceName.MAX_SERVICES) {
            OfferedService[] next = new OfferedService[ServiceName.MAX_SERVICES];
            for (int k = 0; k < next.length; k++) {
                next[k] = service("svc-" + (i + k) % 10_000);
            }
            offer(greedy, 1 + i, i / 1e4, next);
        }
        runUntil(1);

        // Sixteen that it offers, and as many that it has just withdrawn.
        assertThat(server.book().entries()).isLessThanOrEqualTo(1 + 32);
        assertThat(counters.copy().limited()).isGreaterThan(600);
        assertThat(offering("shop", State.HEALTHY)).containsExactly(SHOP_1.address());
    }

    @Test
    void aMemberThatFloodsUpdatesChangesOneASecond() {
        ask(CALLER, 0, NOTHING_KNOWN);
        offer(SHOP_2, 1, 0, service("shop"));
        for (int i = 0; i < 10_000; i++) {
            double at = i / 1e3;
            runUntil(at);
            offer(SHOP_1, 2 + i, at, service("shop").withHealth(i % 2 == 0));
            if (i % 4_000 == 0) {
                ask(CALLER, at, NOTHING_KNOWN);
            }
        }

        // Five at once, and one in each of ten seconds; each told in up to four rounds to who does
        // not acknowledge.
        assertThat(counters.copy().offersTaken()).isBetween(5L, 17L);
        assertThat(to(CALLER, Part.class)).hasSizeLessThan(70);
        assertThat(offering("shop", State.HEALTHY)).contains(SHOP_2.address());
    }

    @Test
    void anAskerGetsSixtyFourServicesAndABoundOfMessages() {
        offerShop(ServiceBook.MAX_HOSTS);
        for (int i = 0; i < 1_000; i++) {
            ask(CALLER, i / 1e4, NOTHING_KNOWN, new Known("name-" + i, 0));
        }

        assertThat(server.subscribers().size()).isLessThanOrEqualTo(64);
        assertThat(to(CALLER, Part.class)).hasSizeLessThan(1_300);
    }

    @Test
    void forgetsWhoDoesNotAskAgain() {
        ask(CALLER, 0, NOTHING_KNOWN);
        offer(SHOP_1, 1, 0, service("shop"));
        runUntil(60);

        assertThat(server.subscribers().isEmpty()).isTrue();
        assertThat(server.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    /** Three members of one group change one service all the time, and 10,000 hosts want to know of it. */
    @Test
    void aServiceThatChangesAllTheTimeKeepsNoOtherWaiting() {
        askers(10_000, 0, NOTHING_KNOWN);
        ask(CALLER, 0, new Known("search", 0));
        double offered = 3;
        for (int i = 0; i < 60; i++) {
            double at = 1 + i / 15.0;
            runUntil(at);
            offer(host(3 + i % 3, "shop"), 1 + i, at, service("shop").withHealth(i % 2 == 0));
            if (i == 30) {
                sent.clear();
                offer(SHOP_2, 1, at, service("search"));
            }
        }

        double told =
                sent.stream()
                        .filter(s -> s.to().equals(CALLER))
                        .filter(s -> s.message() instanceof Part)
                        .mapToDouble(Sent::seconds)
                        .min()
                        .orElse(99);
        assertThat(told).isLessThan(offered + 0.1);
    }

    /** Every one of 10,000 gets sixteen messages of it. */
    @Test
    void tellsOfAFullServiceInShortGoes() {
        offerShop(ServiceBook.MAX_HOSTS);
        askers(1_000, 5, new Known("shop", 1));
        offer(SHOP_1, 2, 7, service("shop").withHealth(false));
        sent.clear();
        server.onTimer(TestNode.at(7.001));

        assertThat(sent).hasSizeBetween(1, 1_050);
    }

    @Test
    void aMemberThatNamesEverOtherServicesDoesNotFillTheLog() {
        for (int i = 0; i < 300; i++) {
            OfferedService[] all = new OfferedService[16];
            for (int k = 0; k < 16; k++) {
                all[k] = service("name-" + i + "-" + k);
            }
            offer(SHOP_1, 1 + i, i, all);
        }

        assertThat(counters.copy().refused(Refusal.NOT_IN_GROUPS)).isEqualTo(4_800);
        assertThat(events).hasSizeLessThan(400);
    }

    /** As an honest host does that calls 64 services. */
    @Test
    void whatIsAcknowledgedLeavesRoomForOffers() {
        for (int i = 0; i < 64; i++) {
            server.onAsk(
                    SHOP_1.address(),
                    new Ask(true, List.of(new Known("name-" + i, 1))),
                    TestNode.at(0));
        }
        offer(SHOP_1, 1, 0, service("shop"));

        assertThat(offering("shop", State.HEALTHY)).containsExactly(SHOP_1.address());
    }

    /** 10,000 hosts want to know of one change. */
    @Test
    void tellsManyInTurnsAndAllWithinTwoSeconds() {
        askers(10_000, 0, NOTHING_KNOWN);
        sent.clear();
        offer(SHOP_1, 1, 5, service("shop"));
        runUntil(7);

        long told = sent.stream().filter(s -> s.seconds() < 7).map(Sent::to).distinct().count();
        assertThat(told).isEqualTo(10_001); // with the acknowledgement to the host
        double first = sent.stream().limit(10_001).mapToDouble(Sent::seconds).max().orElse(9);
        assertThat(first).isLessThan(5.6);
    }
}
