package dev.asterism.lighthouse.services;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.lighthouse.services.ServiceEntry.State;
import dev.asterism.lighthouse.services.ServiceMessage.Ack;
import dev.asterism.lighthouse.services.ServiceMessage.Ask;
import dev.asterism.lighthouse.services.ServiceMessage.Known;
import dev.asterism.lighthouse.services.ServiceMessage.Offer;
import dev.asterism.lighthouse.services.ServiceMessage.Outcome;
import dev.asterism.lighthouse.services.ServiceMessage.OwnAsk;
import dev.asterism.lighthouse.services.ServiceMessage.OwnOffer;
import dev.asterism.lighthouse.services.ServiceMessage.Part;
import dev.asterism.lighthouse.services.ServiceMessage.Refused;
import dev.asterism.lighthouse.services.ServicesView.Endpoint;
import dev.asterism.lighthouse.services.ServicesView.Role;
import dev.asterism.lighthouse.services.ServicesView.Verdict;
import dev.asterism.lighthouse.services.ServicesView.Wanted;
import dev.asterism.lighthouse.testing.FakeLink;
import dev.asterism.lighthouse.testing.SettingsBuilder;
import dev.asterism.lighthouse.testing.TestNode;
import dev.asterism.overlay.discovery.CertifiedHost;
import dev.asterism.overlay.discovery.OfferedService;
import dev.asterism.overlay.discovery.PeerMessage;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a host offers, what it believes, and what it goes by when lighthouses are away or stock. */
class ServiceClientTest {

    private static final String FIRST = "10.42.0.1";
    private static final String SECOND = "10.42.0.3";
    private static final String SHOP_1 = "10.42.0.11";
    private static final String SHOP_2 = "10.42.0.12";
    private static final OfferedService SHOP = new OfferedService("shop", "v1", 8080, 1, true);

    private final TestNode node =
            new TestNode(SettingsBuilder.node("10.42.0.2/16").lighthouses(FIRST, SECOND).build());

    private void connected(String... lighthouses) {
        for (String lighthouse : lighthouses) {
            node.link.services.join(lighthouse, "lighthouse");
            node.link.tunnels.add(Ip.of(lighthouse));
        }
    }

    private void peer(String address, String... groups) {
        node.link.services.join(address, "host-" + address, groups);
        node.link.tunnels.add(Ip.of(address));
    }

    private ServiceExchange services(double seconds) {
        return node.discovery.services(TestNode.at(seconds));
    }

    private void offer(double seconds, OfferedService... all) {
        services(seconds).offer(List.of(all), TestNode.at(seconds));
    }

    private void want(double seconds, String... names) {
        services(seconds).want(Set.of(names), TestNode.at(seconds));
    }

    private <T extends ServiceMessage> List<T> said(String to, Class<T> kind) {
        List<T> said = new ArrayList<>();
        for (FakeLink.Sent sent : node.link.sent) {
            ServiceMessage message = ServiceMessage.decode(sent.payload());
            if (kind.isInstance(message) && sent.to().equals(Ip.of(to))) {
                said.add(kind.cast(message));
            }
        }
        return said;
    }

    private void hears(String from, ServiceMessage message, double seconds) {
        node.discovery.handle(
                new PeerMessage(List.of(Ip.of(from)), 1, Bytes.owning(message.encode())),
                TestNode.at(seconds));
    }

    private static ServiceEntry entry(String host, long sequence, State state) {
        return new ServiceEntry(Ip.of(host), sequence, "v1", 8080, 1, state);
    }

    private void tells(String from, double seconds, boolean settled, ServiceEntry... entries) {
        ServiceSet set = ServiceSet.of(Arrays.asList(entries));
        Known known = new Known("shop", set.digest());
        hears(from, new Part(known, settled, 0, 1, set.list()), seconds);
    }

    private Wanted shop(double seconds) {
        ServicesView view = services(seconds).view(TestNode.at(seconds));
        return Objects.requireNonNull(view.wanted().get("shop"));
    }

    private List<String> usable(double seconds) {
        return shop(seconds).endpoints().stream()
                .filter(one -> one.verdict() == Verdict.USABLE)
                .map(one -> one.entry().host().toString())
                .toList();
    }

    private Verdict verdict(double seconds, String host) {
        return shop(seconds).endpoints().stream()
                .filter(one -> one.entry().host().equals(Ip.of(host)))
                .map(Endpoint::verdict)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void offersToEveryLighthouseUntilItIsTaken() {
        connected(FIRST, SECOND);
        offer(0, SHOP);
        Offer first = said(FIRST, Offer.class).getFirst();
        assertThat(first.services()).containsExactly(SHOP);
        assertThat(said(SECOND, Offer.class)).containsExactly(first);

        assertThat(takenBy(0)).isEmpty();
        hears(FIRST, new Ack(first.sequence(), Outcome.TAKEN, List.of()), 0.1);
        assertThat(takenBy(0.1)).containsExactly(FIRST);
        node.runUntil(3);
        assertThat(said(FIRST, Offer.class)).hasSize(1);
        assertThat(said(SECOND, Offer.class)).hasSizeBetween(3, 6);
        node.runUntil(10.4);
        assertThat(said(FIRST, Offer.class)).hasSize(2);
        assertThat(takenBy(20)).as("it has not answered for 20 s").isEmpty();
    }

    private List<String> takenBy(double seconds) {
        return services(seconds).view(TestNode.at(seconds)).own().getFirst().takenBy();
    }

    @Test
    void saysWhichOfItsServicesALighthouseRefuses() {
        connected(FIRST);
        offer(0, SHOP);
        long sequence = said(FIRST, Offer.class).getFirst().sequence();
        Refused refused = new Refused(0, Refusal.NOT_IN_GROUPS);
        hears(FIRST, new Ack(sequence, Outcome.TAKEN, List.of(refused)), 0.1);
        hears(FIRST, new Ack(sequence, Outcome.TAKEN, List.of(refused)), 0.2);

        assertThat(node.events(ServiceEvent.OwnRefused.class))
                .containsExactly(
                        new ServiceEvent.OwnRefused(
                                Ip.of(FIRST), "shop", Refusal.NOT_IN_GROUPS.text()));
        ServicesView view = services(0.3).view(TestNode.at(0.3));
        assertThat(view.own().getFirst().takenBy()).isEmpty();
        assertThat(view.own().getFirst().allowed()).isFalse();
        assertThat(view.own().getFirst().refused())
                .containsExactly("10.42.0.1: its certificate has no group of that name");
    }

    @Test
    void goesOnFromTheNumberThatALighthouseHas() {
        connected(FIRST);
        offer(0, SHOP);
        long sequence = said(FIRST, Offer.class).getFirst().sequence();
        hears(FIRST, new Ack(sequence + 50, Outcome.STALE, List.of()), 0.1);
        node.runUntil(0.6);

        assertThat(said(FIRST, Offer.class).getLast().sequence()).isEqualTo(sequence + 51);
    }

    /** It would make others forget what they may tell, and tell the same again and again. */
    @Test
    void aLighthouseThatAlwaysHasAHigherNumberMakesFewOffers() {
        connected(FIRST, SECOND);
        offer(0, SHOP);
        long sequence = said(FIRST, Offer.class).getFirst().sequence();
        for (int i = 0; i < 1_000; i++) {
            hears(FIRST, new Ack(sequence + 50L * i, Outcome.STALE, List.of()), 1 + i / 1e3);
        }

        assertThat(said(SECOND, Offer.class)).hasSizeLessThan(10);
    }

    /** It says that it has not heard of all, and names others each time. */
    @Test
    void keepsABoundOfHostsThatALighthouseNames() {
        connected(FIRST);
        want(0, "shop");
        for (int i = 0; i < 1_000; i++) {
            ServiceEntry[] entries = new ServiceEntry[10];
            for (int k = 0; k < 10; k++) {
                entries[k] =
                        entry("10.42." + (1 + i / 25) + "." + (i % 25 * 10 + k), 5, State.HEALTHY);
            }
            tells(FIRST, 0.1 + i / 1e3, false, entries);
            shop(0.1 + i / 1e3);
        }

        assertThat(shop(1.2).endpoints()).hasSizeLessThanOrEqualTo(1_100);
    }

    @Test
    void usesWhoseCertificateAllowsIt() {
        connected(FIRST);
        peer(SHOP_1, "shop");
        peer(SHOP_2, "web");
        want(0, "shop");
        assertThat(said(FIRST, Ask.class).getFirst().names()).containsExactly(new Known("shop", 0));
        tells(FIRST, 0.1, true, entry(SHOP_1, 5, State.HEALTHY), entry(SHOP_2, 5, State.HEALTHY));

        assertThat(usable(0.2)).containsExactly(SHOP_1);
        assertThat(verdict(0.2, SHOP_2)).isEqualTo(Verdict.REFUSED);
        assertThat(node.events(ServiceEvent.Refused.class))
                .containsExactly(
                        new ServiceEvent.Refused(
                                Ip.of(SHOP_2),
                                "host-" + SHOP_2,
                                "shop",
                                Refusal.NOT_IN_GROUPS.text()));
        assertThat(services(0.2).counters().copy().refusedHere()).isEqualTo(1);
        assertThat(said(FIRST, Ask.class).getLast().acknowledges()).isTrue();
    }

    @Test
    void makesTunnelsToThoseItDoesNotKnow() {
        connected(FIRST);
        want(0, "shop");
        tells(FIRST, 0.1, true, entry(SHOP_1, 5, State.HEALTHY));
        assertThat(verdict(0.2, SHOP_1)).isEqualTo(Verdict.NO_TUNNEL);
        node.runUntil(4);

        assertThat(node.link.ensured.stream().filter(Ip.of(SHOP_1)::equals).count())
                .isBetween(2L, 4L);
    }

    /** A lighthouse that lies may name any address. */
    @Test
    void makesNoTunnelsToAddressesOutsideItsNetworks() {
        connected(FIRST);
        want(0, "shop");
        tells(
                FIRST,
                0.1,
                true,
                entry("192.168.7.7", 5, State.HEALTHY),
                entry("fd42::7", 5, State.HEALTHY),
                entry(SHOP_1, 5, State.HEALTHY));
        node.runUntil(4);

        assertThat(node.link.ensured).contains(Ip.of(SHOP_1));
        assertThat(node.link.ensured).doesNotContain(Ip.of("192.168.7.7"));
        assertThat(node.link.ensured)
                .as("the first address of a host that may have one of ours")
                .contains(Ip.of("fd42::7"));
    }

    private OwnAsk question(String host) {
        return said(host, OwnAsk.class).getLast();
    }

    private void says(String host, double seconds, long sequence, OfferedService... all) {
        hears(host, new OwnOffer(question(host).token(), sequence, List.of(all)), seconds);
    }

    private int port(double seconds) {
        return shop(seconds).endpoints().getFirst().entry().port();
    }

    @Test
    void asksAHostItselfAndBelievesIt() {
        connected(FIRST);
        peer(SHOP_1, "shop");
        want(0, "shop");
        tells(FIRST, 0.1, true, new ServiceEntry(Ip.of(SHOP_1), 5, "v1", 9999, 1, State.HEALTHY));
        node.runUntil(0.3);
        assertThat(port(0.3)).isEqualTo(9999);

        says(SHOP_1, 0.4, 5, SHOP);
        assertThat(port(0.4)).as("the same number").isEqualTo(8080);
        tells(FIRST, 0.5, true, new ServiceEntry(Ip.of(SHOP_1), 4, "v1", 9999, 1, State.HEALTHY));
        assertThat(port(5)).as("an older one").isEqualTo(8080);
        node.runUntil(50);
        assertThat(said(SHOP_1, OwnAsk.class)).hasSize(1);
        node.runUntil(70);
        assertThat(said(SHOP_1, OwnAsk.class).size()).as("once a minute").isBetween(2, 9);
    }

    @Test
    void asksAgainWhenALighthouseTellsSomethingLater() {
        connected(FIRST);
        peer(SHOP_1, "shop");
        want(0, "shop");
        tells(FIRST, 0.1, true, entry(SHOP_1, 5, State.HEALTHY));
        node.runUntil(0.3);
        says(SHOP_1, 0.4, 5, SHOP);
        OwnAsk first = question(SHOP_1);
        tells(FIRST, 3, true, entry(SHOP_1, 6, State.WITHDRAWN));
        assertThat(question(SHOP_1)).as("at once").isNotEqualTo(first);
        assertThat(verdict(3.2, SHOP_1)).as("it is to answer first").isEqualTo(Verdict.USABLE);
        assertThat(verdict(3.4, SHOP_1)).as("it does not").isEqualTo(Verdict.WITHDRAWN);

        says(SHOP_1, 3.5, 5, SHOP);
        assertThat(verdict(3.5, SHOP_1)).isEqualTo(Verdict.USABLE);
        assertThat(node.events(ServiceEvent.Contradicted.class))
                .containsExactly(
                        new ServiceEvent.Contradicted(
                                Ip.of(FIRST), Ip.of(SHOP_1), "host-" + SHOP_1));
        assertThat(services(4).counters().copy().contradicted()).isEqualTo(1);
        tells(FIRST, 4, true, entry(SHOP_1, 7, State.WITHDRAWN));
        node.runUntil(8);
        assertThat(verdict(8, SHOP_1)).as("it was wrong lately").isEqualTo(Verdict.USABLE);
    }

    @Test
    void aLighthouseThatLiesAllTheTimeMakesFewQuestions() {
        connected(FIRST);
        peer(SHOP_1, "shop");
        want(0, "shop");
        tells(FIRST, 0.1, true, entry(SHOP_1, 5, State.HEALTHY));
        node.runUntil(0.3);
        says(SHOP_1, 0.4, 5, SHOP);
        for (int i = 0; i < 2_000; i++) {
            double at = 1 + i / 100.0;
            tells(FIRST, at, true, entry(SHOP_1, 6 + i, State.WITHDRAWN));
            if (i % 10 == 5) {
                says(SHOP_1, at, 5, SHOP);
            }
            if (i > 100) {
                assertThat(verdict(at, SHOP_1)).isEqualTo(Verdict.USABLE);
            }
        }
        assertThat(said(SHOP_1, OwnAsk.class)).hasSizeLessThan(20);
    }

    @Test
    void anAnswerThatNobodyAskedForIsNoWord() {
        connected(FIRST);
        peer(SHOP_1, "shop");
        peer(SHOP_2, "shop");
        want(0, "shop");
        tells(FIRST, 0.1, true, entry(SHOP_1, 5, State.HEALTHY));
        node.runUntil(0.3);
        hears(SHOP_2, new OwnOffer(question(SHOP_1).token(), 9, List.of(SHOP)), 0.4);
        hears(SHOP_1, new OwnOffer(question(SHOP_1).token() + 1, 9, List.of()), 0.4);

        assertThat(usable(0.5)).containsExactly(SHOP_1);
        assertThat(services(0.5).counters().copy().malformed()).isEqualTo(2);
    }

    @Test
    void withoutATunnelTheLighthouseCounts() {
        connected(FIRST);
        peer(SHOP_1, "shop");
        want(0, "shop");
        tells(FIRST, 0.1, true, entry(SHOP_1, 5, State.HEALTHY));
        node.runUntil(0.3);
        says(SHOP_1, 0.4, 5);
        assertThat(verdict(0.5, SHOP_1)).as("it offers nothing").isEqualTo(Verdict.WITHDRAWN);

        node.link.tunnels.remove(Ip.of(SHOP_1));
        node.link.services.hosts.remove(Ip.of(SHOP_1));
        node.link.services.partners.remove(Ip.of(SHOP_1));
        assertThat(verdict(0.6, SHOP_1)).isEqualTo(Verdict.NO_TUNNEL);
    }

    @Test
    void makesATunnelToAHostThatOneOfTwoLighthousesSaysHasLeft() {
        connected(FIRST, SECOND);
        want(0, "shop");
        tells(FIRST, 0.1, true, entry(SHOP_1, 5, State.HEALTHY));
        tells(SECOND, 0.1, true, entry(SHOP_1, 9, State.WITHDRAWN));
        node.runUntil(1);

        assertThat(node.link.ensured).contains(Ip.of(SHOP_1));
    }

    @Test
    void everyHostSaysWhatItOffersWhenItIsAsked() {
        peer(SHOP_2, "web");
        hears(SHOP_2, new OwnAsk(77), 1);
        assertThat(said(SHOP_2, OwnOffer.class)).containsExactly(new OwnOffer(77, 0, List.of()));
        offer(2, SHOP);
        hears(SHOP_2, new OwnAsk(78), 3);
        OwnOffer own = said(SHOP_2, OwnOffer.class).getLast();
        assertThat(own.services()).containsExactly(SHOP);
        assertThat(own.sequence()).isPositive();

        for (int i = 0; i < 1_000; i++) {
            hears(SHOP_2, new OwnAsk(i), 4 + i / 1e3);
        }
        assertThat(said(SHOP_2, OwnOffer.class)).hasSizeLessThan(60);
    }

    @Test
    void aServiceOfManyHostsLeavesTunnelsForOthers() {
        connected(FIRST);
        want(0, "archive", "shop");
        List<ServiceEntry> many = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            many.add(entry("10.42." + (1 + i / 128) + "." + (1 + i % 128), 5, State.HEALTHY));
        }
        ServiceSet set = ServiceSet.of(many);
        Known archive = new Known("archive", set.digest());
        for (int i = 0; i < 16; i++) {
            List<ServiceEntry> entries = set.list().subList(i * 16, i * 16 + 16);
            hears(FIRST, new Part(archive, true, i, 16, entries), 0.1);
        }
        tells(FIRST, 0.1, true, entry("10.42.200.1", 5, State.HEALTHY));
        node.runUntil(20);

        assertThat(node.link.ensured).contains(Ip.of("10.42.200.1"));
    }

    @Test
    void believesTheLatestWordOfAHost() {
        connected(FIRST, SECOND);
        peer(SHOP_1, "shop");
        want(0, "shop");
        tells(FIRST, 0.1, true, entry(SHOP_1, 6, State.UNHEALTHY));
        tells(SECOND, 0.2, true, entry(SHOP_1, 5, State.HEALTHY));
        assertThat(verdict(0.3, SHOP_1)).isEqualTo(Verdict.UNHEALTHY);

        tells(SECOND, 0.4, true, entry(SHOP_1, 7, State.WITHDRAWN));
        assertThat(verdict(0.5, SHOP_1)).isEqualTo(Verdict.WITHDRAWN);
    }

    @Test
    void keepsWhatItKnewWhileEveryLighthouseIsAway() {
        connected(FIRST);
        peer(SHOP_1, "shop");
        want(0, "shop");
        tells(FIRST, 0.1, true, entry(SHOP_1, 5, State.HEALTHY));
        node.link.services.partners.clear();
        node.link.tunnels.remove(Ip.of(FIRST));
        node.runUntil(600);

        assertThat(usable(600)).containsExactly(SHOP_1);
        assertThat(shop(600).lastGood()).isTrue();
        assertThat(node.events(ServiceEvent.FellBack.class)).isEmpty();
    }

    @Test
    void keepsWhatItKnewWhileANewLighthouseHasNotHeardOfAll() {
        connected(FIRST);
        peer(SHOP_1, "shop");
        want(0, "shop");
        tells(FIRST, 0.1, true, entry(SHOP_1, 5, State.HEALTHY));
        tells(FIRST, 5, false);
        assertThat(usable(5.1)).containsExactly(SHOP_1);

        tells(FIRST, 20, true);
        assertThat(usable(20.1)).isEmpty();
        assertThat(shop(20.1).known()).isTrue();
    }

    @Test
    void goesByGroupsWithStockLighthousesAndSaysSoOnce() {
        node.link.tunnels.add(Ip.of(FIRST));
        want(0, "shop");
        node.runUntil(30);

        assertThat(shop(30).known()).isFalse();
        assertThat(services(30).view(TestNode.at(30)).fallback())
                .isEqualTo("no lighthouse knows of services: 10.42.0.1");
        assertThat(node.events(ServiceEvent.FellBack.class)).hasSize(1);
        assertThat(node.link.sent.stream().filter(s -> ServiceMessage.decode(s.payload()) != null))
                .isEmpty();

        connected(FIRST);
        node.runUntil(31);
        tells(FIRST, 31, true);
        node.runUntil(32);
        assertThat(node.events(ServiceEvent.Told.class)).hasSize(1);
        assertThat(services(32).view(TestNode.at(32)).fallback()).isEmpty();
    }

    @Test
    void givesUpWhatItKnewWhenStockLighthousesReplaceOthers() {
        connected(FIRST);
        peer(SHOP_1, "shop");
        want(0, "shop");
        tells(FIRST, 0.1, true, entry(SHOP_1, 5, State.HEALTHY));
        node.link.services.partners.remove(Ip.of(FIRST));
        node.runUntil(25);
        assertThat(shop(25).known()).isTrue();
        node.runUntil(60);

        assertThat(shop(60).known()).isFalse();
        assertThat(node.events(ServiceEvent.FellBack.class)).hasSize(1);
    }

    @Test
    void believesNobodyButItsLighthouses() {
        connected(FIRST);
        peer(SHOP_1, "shop");
        want(0, "shop");
        node.runUntil(0.3);
        tells(SHOP_1, 0.4, true, entry(SHOP_1, 5, State.HEALTHY));

        assertThat(shop(0.5).known()).isFalse();
        assertThat(services(0.5).counters().copy().malformed()).isEqualTo(1);
    }

    @Test
    void takesNothingThatIsNotWhatItsDigestSays() {
        connected(FIRST);
        peer(SHOP_1, "shop");
        want(0, "shop");
        hears(
                FIRST,
                new Part(
                        new Known("shop", 99),
                        true,
                        0,
                        1,
                        List.of(entry(SHOP_1, 5, State.HEALTHY))),
                0.1);

        assertThat(shop(0.2).known()).isFalse();
    }

    @Test
    void aLighthouseIsItsOwn() {
        TestNode lighthouse =
                new TestNode(SettingsBuilder.node("10.42.0.1/16").amLighthouse().build());
        lighthouse.link.services.self =
                new CertifiedHost(Ip.of(FIRST), "lighthouse", List.of("shop"));
        lighthouse.link.services.hosts.put(Ip.of(FIRST), lighthouse.link.services.self);
        ServiceExchange services = lighthouse.discovery.services(TestNode.at(0));
        services.offer(List.of(SHOP), TestNode.at(0));
        services.want(Set.of("shop"), TestNode.at(0));
        lighthouse.runUntil(1);

        ServicesView view = services.view(TestNode.at(1));
        assertThat(view.lighthouses())
                .containsExactly(new ServicesView.LighthouseState(Ip.of(FIRST), Role.TELLS));
        Wanted shop = Objects.requireNonNull(view.wanted().get("shop"));
        assertThat(shop.known()).isTrue();
        assertThat(shop.endpoints()).as("it does not call itself").isEmpty();
        assertThat(services.entries()).isEqualTo(1);
        assertThat(services.isTakenByAll()).isTrue();
    }

    @Test
    void aHostThatUsesNoServicesKeepsNothingAndIsNotWoken() {
        hears(FIRST, new Offer(1, List.of(SHOP)), 0);

        assertThat(node.discovery.servicesOrNull()).isNull();
        assertThat(node.discovery.counters().malformed()).isEqualTo(1);
    }
}
