package dev.asterism.overlay.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.config.OverlayConfig.AllowListConfig;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RemoteListTest {

    private static final Ip PEER = Ip.of("10.42.0.9");
    private static final Ip LIGHTHOUSE = Ip.of("10.42.0.1");

    private CandidateFilter rules = CandidateFilter.OPEN;
    private final RemoteList list = new RemoteList(List.of(PEER), () -> rules);

    @Test
    void sortsPreferredThenIpv6ThenPublicThenPrivateThenAddressThenPort() {
        list.report(
                LIGHTHOUSE,
                addresses(
                        "192.168.1.5:4242",
                        "203.0.113.7:4243",
                        "203.0.113.7:4242",
                        "[2001:db8::2]:1",
                        "10.1.0.1:4242",
                        "[2001:db8::1]:9",
                        "172.16.0.1:4242",
                        "198.51.100.3:4242"),
                List.of());

        assertThat(list.candidates(List.of(Cidr.of("172.16.0.0/12"))))
                .containsExactlyElementsOf(
                        addresses(
                                "172.16.0.1:4242",
                                "[2001:db8::1]:9",
                                "[2001:db8::2]:1",
                                "198.51.100.3:4242",
                                "203.0.113.7:4242",
                                "203.0.113.7:4243",
                                "10.1.0.1:4242",
                                "192.168.1.5:4242"));
    }

    @Test
    void joinsOwnersWithoutDuplicates() {
        list.report(LIGHTHOUSE, addresses("192.0.2.1:1"), List.of());
        list.report(PEER, addresses("192.0.2.1:1", "192.0.2.2:1"), List.of());
        list.learn(PEER, UnderlayAddr.of("192.0.2.2:1"));
        list.configure(addresses("192.0.2.3:1"));
        list.resolve(addresses("192.0.2.4:1", "192.0.2.3:1"));
        list.calculate(addresses("192.0.2.5:1"));

        assertThat(list.candidates(List.of()))
                .containsExactlyElementsOf(
                        addresses(
                                "192.0.2.1:1",
                                "192.0.2.2:1",
                                "192.0.2.3:1",
                                "192.0.2.4:1",
                                "192.0.2.5:1"));
    }

    @Test
    void keepsTheLatestTenRelaysByWhichThePeerWasReachedAndTellsNobody() {
        for (int i = 1; i <= 12; i++) {
            list.learnRelay(Ip.of("10.42.1." + i));
        }
        list.learnRelay(Ip.of("10.42.1.12"));

        assertThat(list.relays()).hasSize(10).startsWith(Ip.of("10.42.1.3"));
        assertThat(list.knowledge()).isEmpty();
    }

    @Test
    void keepsTheFirstTenOfEachKindInOrderWithDuplicates() {
        List<UnderlayAddr> twelve = new ArrayList<>();
        twelve.add(UnderlayAddr.of("192.0.2.1:1"));
        for (int i = 1; i <= 11; i++) {
            twelve.add(UnderlayAddr.of("192.0.2." + i + ":1"));
        }
        List<UnderlayAddr> mixed = new ArrayList<>(twelve);
        mixed.add(UnderlayAddr.of("[2001:db8::1]:1"));

        list.report(PEER, mixed, List.of());

        List<UnderlayAddr> expected = new ArrayList<>(twelve.subList(0, 10));
        expected.add(UnderlayAddr.of("[2001:db8::1]:1"));
        assertThat(knowledge(PEER).reported()).isEqualTo(expected);
    }

    @Test
    void refusedAddressesDoNotCountAgainstTheLimit() {
        Map<Cidr, Boolean> deny = new LinkedHashMap<>();
        deny.put(Cidr.of("198.51.100.0/24"), false);
        RemoteFilter policy =
                new RemoteAllowList(
                        new AllowListConfig(deny, true, true),
                        new LinkedHashMap<Cidr, AllowListConfig>());
        rules = new CandidateFilter(policy, List.of(), false);
        List<UnderlayAddr> twelve = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            twelve.add(UnderlayAddr.of("198.51.100." + i + ":1"));
        }
        for (int i = 1; i <= 9; i++) {
            twelve.add(UnderlayAddr.of("192.0.2." + i + ":1"));
        }

        list.report(PEER, twelve, List.of());

        assertThat(knowledge(PEER).reported()).isEqualTo(twelve.subList(3, 12));
    }

    @Test
    void replacesWhatAnOwnerReportedAndLeavesOthersAlone() {
        list.report(LIGHTHOUSE, addresses("192.0.2.7:1"), List.of());
        list.report(PEER, addresses("192.0.2.1:1"), List.of());
        list.report(PEER, addresses("192.0.2.2:1"), List.of());

        assertThat(list.candidates(List.of()))
                .containsExactlyElementsOf(addresses("192.0.2.2:1", "192.0.2.7:1"));
    }

    @Test
    void dropsAddressesInsideTheOverlay() {
        rules =
                new CandidateFilter(
                        RemoteFilter.ALLOW_ALL, List.of(Cidr.of("10.42.0.1/16")), false);

        list.report(PEER, addresses("10.42.0.9:4242", "10.43.0.9:4242"), List.of());
        list.resolve(addresses("10.42.1.1:4242"));

        assertThat(list.candidates(List.of())).containsExactly(UnderlayAddr.of("10.43.0.9:4242"));
        assertThat(knowledge(PEER).reported()).containsExactly(UnderlayAddr.of("10.43.0.9:4242"));
    }

    @Test
    void dropsWhatIsNoSingleHost() {
        list.report(
                PEER,
                addresses(
                        "224.0.0.1:1",
                        "0.0.0.0:1",
                        "255.255.255.255:1",
                        "[ff02::1]:1",
                        "[::]:1",
                        "192.0.2.1:0",
                        "192.0.2.1:1"),
                List.of());

        assertThat(knowledge(PEER).reported()).containsExactly(UnderlayAddr.of("192.0.2.1:1"));
    }

    @Test
    void ipv4SocketKeepsIpv6ForOthersButDoesNotUseIt() {
        rules = new CandidateFilter(RemoteFilter.ALLOW_ALL, List.of(), true);

        list.report(PEER, addresses("192.0.2.1:1", "[2001:db8::1]:1"), List.of());
        list.resolve(addresses("[2001:db8::2]:1"));

        assertThat(list.candidates(List.of())).containsExactly(UnderlayAddr.of("192.0.2.1:1"));
        assertThat(knowledge(PEER).reported()).contains(UnderlayAddr.of("[2001:db8::1]:1"));
    }

    @Test
    void learnsOneAddressPerFamilyAndOwner() {
        list.learn(PEER, UnderlayAddr.of("192.0.2.1:1"));
        list.learn(PEER, UnderlayAddr.of("192.0.2.2:1"));
        list.learn(PEER, UnderlayAddr.of("[2001:db8::1]:1"));

        assertThat(knowledge(PEER).learned())
                .containsExactlyElementsOf(addresses("192.0.2.2:1", "[2001:db8::1]:1"));
        assertThat(list.learnedIpv4(PEER)).isEqualTo(UnderlayAddr.of("192.0.2.2:1"));
        assertThat(list.learnedIpv4(LIGHTHOUSE)).isNull();
    }

    @Test
    void leavesBlockedAddressesOutUntilUnblocked() {
        list.configure(addresses("192.0.2.1:1", "192.0.2.2:1"));

        list.block(UnderlayAddr.of("192.0.2.1:1"));
        assertThat(list.candidates(List.of())).containsExactly(UnderlayAddr.of("192.0.2.2:1"));

        list.unblockAll();
        assertThat(list.candidates(List.of())).hasSize(2);
    }

    @Test
    void relaysAreUniqueAndSortedIpv4First() {
        list.report(LIGHTHOUSE, List.of(), ips("fd42::7", "10.42.0.8", "10.42.0.7"));
        list.report(PEER, List.of(), ips("10.42.0.7", "10.42.0.6"));

        assertThat(list.relays()).isEqualTo(ips("10.42.0.6", "10.42.0.7", "10.42.0.8", "fd42::7"));
    }

    @Test
    void whatIsRememberedGivesWayToWhateverIsNewer() {
        list.remember(addresses("192.0.2.1:1"), ips("10.42.0.7"));
        assertThat(list.candidates(List.of())).isEqualTo(addresses("192.0.2.1:1"));
        assertThat(list.relays()).isEqualTo(ips("10.42.0.7"));

        list.report(LIGHTHOUSE, List.of(), List.of());
        assertThat(list.candidates(List.of())).isNotEmpty();

        list.learn(PEER, UnderlayAddr.of("192.0.2.2:1"));
        assertThat(list.candidates(List.of())).isEqualTo(addresses("192.0.2.2:1"));
        assertThat(list.relays()).isEqualTo(ips("10.42.0.7"));

        list.report(LIGHTHOUSE, addresses("192.0.2.2:1"), List.of());
        assertThat(list.relays()).isEmpty();
    }

    @Test
    void tellsOfChangesOnly() {
        List<RemoteList> changed = new ArrayList<>();
        RemoteList watched = new RemoteList(List.of(PEER), () -> rules, changed::add);

        watched.learn(PEER, UnderlayAddr.of("192.0.2.2:1"));
        watched.learn(PEER, UnderlayAddr.of("192.0.2.2:1"));
        watched.report(PEER, addresses("192.0.2.3:1"), ips("10.42.0.7"));
        watched.report(PEER, addresses("192.0.2.3:1"), ips("10.42.0.7"));
        watched.report(PEER, addresses("192.0.2.3:1"), ips("10.42.0.8"));

        assertThat(changed).containsExactly(watched, watched, watched);
    }

    @Test
    void aReloadedPolicyActsOnWhatIsAlreadyThere() {
        list.report(PEER, addresses("192.0.2.1:1"), List.of());

        rules = new CandidateFilter((_, _) -> false, List.of(), false);

        assertThat(list.candidates(List.of())).isEmpty();
    }

    @Test
    void configuredAddressesHaveNoLimitAndAreReplaced() {
        List<UnderlayAddr> many = new ArrayList<>();
        for (int i = 1; i <= 40; i++) {
            many.add(UnderlayAddr.of("192.0.2." + i + ":1"));
        }
        list.configure(many);
        assertThat(list.candidates(List.of())).hasSize(40);

        list.configure(addresses("192.0.2.200:1"));
        assertThat(list.candidates(List.of())).containsExactly(UnderlayAddr.of("192.0.2.200:1"));
    }

    @Test
    void resolvingTellsWhetherAnythingChanged() {
        assertThat(list.resolve(addresses("192.0.2.1:1"))).isTrue();
        assertThat(list.resolve(addresses("192.0.2.1:1"))).isFalse();
        assertThat(list.resolve(List.of())).isTrue();
    }

    @Test
    void absorbsWhatItLacks() {
        RemoteList other = new RemoteList(ips("fd42::9"), () -> rules);
        other.learn(PEER, UnderlayAddr.of("192.0.2.1:1"));
        other.configure(addresses("192.0.2.2:1"));
        list.learn(PEER, UnderlayAddr.of("192.0.2.3:1"));

        list.absorb(other);
        list.serve(ips("10.42.0.9", "fd42::9"));

        assertThat(list.candidates(List.of()))
                .containsExactlyElementsOf(addresses("192.0.2.2:1", "192.0.2.3:1"));
        assertThat(list.overlay()).isEqualTo(ips("10.42.0.9", "fd42::9"));
    }

    @Test
    void blockedAddressesAreBounded() {
        list.configure(addresses("192.0.2.1:1"));
        list.block(UnderlayAddr.of("192.0.2.1:1"));
        for (int port = 1; port <= 1000; port++) {
            list.block(new UnderlayAddr(Ip.of("198.51.100.1"), port));
        }

        assertThat(list.candidates(List.of())).containsExactly(UnderlayAddr.of("192.0.2.1:1"));
    }

    private AddrSnapshot knowledge(Ip owner) {
        AddrSnapshot knowledge = list.knowledgeOf(owner);
        assertThat(knowledge).isNotNull();
        return knowledge == null ? new AddrSnapshot(List.of(), List.of(), List.of()) : knowledge;
    }

    private static List<UnderlayAddr> addresses(String... texts) {
        return java.util.Arrays.stream(texts).map(UnderlayAddr::of).toList();
    }

    private static List<Ip> ips(String... texts) {
        return java.util.Arrays.stream(texts).map(Ip::of).toList();
    }
}
