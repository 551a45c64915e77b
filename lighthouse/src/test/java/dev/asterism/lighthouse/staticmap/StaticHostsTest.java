package dev.asterism.lighthouse.staticmap;

import static dev.asterism.lighthouse.testing.SettingsBuilder.ips;
import static dev.asterism.lighthouse.testing.SettingsBuilder.node;
import static dev.asterism.lighthouse.testing.TestNode.addresses;
import static dev.asterism.lighthouse.testing.TestNode.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.lighthouse.settings.DiscoverySettings;
import dev.asterism.lighthouse.testing.SettingsBuilder;
import dev.asterism.lighthouse.testing.TestNode;
import dev.asterism.overlay.net.HostAddr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.IpFamily;
import dev.asterism.overlay.path.RemoteList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StaticHostsTest {

    private static final String A = "10.42.0.2";
    private static final String B = "10.42.0.3";

    @Test
    void literalsAreCandidatesAtOnceAndNeverLookedUp() {
        TestNode host =
                new TestNode(host().staticHost(A, at4("192.0.2.1"), at4("2001:db8::1")).build());

        assertThat(host.candidates(A)).isEqualTo(addresses("[2001:db8::1]:4242", "192.0.2.1:4242"));
        host.runUntil(300);
        assertThat(host.lookUps).isEmpty();
    }

    @Test
    void namesAreLookedUpAtStartAndEachCadence() {
        TestNode host = started(host().staticHost(A, at4("one.example"), at4("192.0.2.1")));
        assertThat(host.lookUps)
                .extracting(NameQuery::host, NameQuery::network)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("one.example", IpFamily.IP4));

        answer(host, 1, new NameAnswer.Found(ips("192.0.2.7")));
        assertThat(host.candidates(A)).isEqualTo(addresses("192.0.2.1:4242", "192.0.2.7:4242"));
        assertThat(host.link.woken).containsExactly(Ip.of(A));

        host.runUntil(59);
        assertThat(host.lookUps).hasSize(2);
        answer(host, 59, new NameAnswer.Found(ips("192.0.2.8")));
        assertThat(host.candidates(A)).isEqualTo(addresses("192.0.2.1:4242", "192.0.2.8:4242"));
    }

    @Test
    void aFailedLookUpKeepsTheLastGoodAddressesButNotFoundDoesNot() {
        TestNode host = started(host().staticHost(A, at4("one.example")));
        answer(host, 1, new NameAnswer.Found(ips("192.0.2.7")));

        answer(host, 2, new NameAnswer.Failed("timeout"));
        assertThat(host.candidates(A)).isEqualTo(addresses("192.0.2.7:4242"));

        answer(host, 3, new NameAnswer.NotFound());
        assertThat(host.candidates(A)).isEmpty();
        assertThat(host.events(StaticHostEvent.NameNotResolved.class)).hasSize(2);
    }

    @Test
    void lastGoodAddressesSurviveAReloadUnlessOtherRecordsAreWanted() {
        SettingsBuilder settings = host().staticHost(A, at4("one.example"));
        TestNode host = started(settings);
        answer(host, 1, new NameAnswer.Found(ips("192.0.2.7")));

        host.discovery.reconfigure(settings.build(), at(5));
        answer(host, 6, new NameAnswer.Failed("timeout"));
        assertThat(host.candidates(A)).isEqualTo(addresses("192.0.2.7:4242"));

        host.discovery.reconfigure(settings.staticNetwork(IpFamily.IP6).build(), at(10));
        assertThat(host.candidates(A)).isEmpty();
        assertThat(host.lookUps.getLast().network()).isEqualTo(IpFamily.IP6);
    }

    @Test
    void anAnswerToAnOldQuestionIsIgnored() {
        SettingsBuilder settings = host().staticHost(A, at4("one.example"));
        TestNode host = started(settings);
        NameQuery old = host.lookUps.getFirst();
        host.discovery.reconfigure(settings.staticNetwork(IpFamily.IP6).build(), at(5));

        host.discovery.namesResolved(old, new NameAnswer.Found(ips("192.0.2.7")), at(6));
        host.discovery.namesResolved(
                new NameQuery("other.example", IpFamily.IP6, old.timeout()),
                new NameAnswer.Found(ips("192.0.2.7")),
                at(6));

        assertThat(host.candidates(A)).isEmpty();
    }

    @Test
    void aBeginningHandshakeRefreshesTheNamesOfItsHostOnly() {
        TestNode host =
                started(host().staticHost(A, at4("one.example")).staticHost(B, at4("two.example")));
        for (NameQuery query : List.copyOf(host.lookUps)) {
            host.discovery.namesResolved(query, new NameAnswer.Found(ips("192.0.2.7")), at(1));
        }
        int before = host.lookUps.size();

        host.discovery.handshakeStarting(Ip.of(A), at(5));
        host.discovery.handshakeStarting(Ip.of(A), at(5.1));

        assertThat(host.lookUps.subList(before, host.lookUps.size()))
                .extracting(NameQuery::host)
                .containsExactly("one.example");
    }

    @Test
    void aResolverThatLostAQueryIsAskedAgain() {
        TestNode host = started(host().staticHost(A, at4("one.example")));

        host.runUntil(31);

        assertThat(host.lookUps).hasSize(2);
    }

    @Test
    void aReloadReplacesAndARoundTripGivesExactlyTheFirst() {
        DiscoverySettings first = host().staticHost(A, at4("192.0.2.1")).build();
        DiscoverySettings second = host().staticHost(A, at4("192.0.2.2")).build();
        TestNode host = new TestNode(first);
        host.discovery.start(at(0));

        host.discovery.reconfigure(second, at(1));
        assertThat(host.candidates(A)).isEqualTo(addresses("192.0.2.2:4242"));
        host.discovery.reconfigure(first, at(2));
        assertThat(host.candidates(A)).isEqualTo(addresses("192.0.2.1:4242"));
        host.discovery.reconfigure(first, at(3));
        assertThat(host.candidates(A)).isEqualTo(addresses("192.0.2.1:4242"));
    }

    @Test
    void aRemovedHostLosesItsAddressesButTheListLivesOn() {
        TestNode host =
                started(host().staticHost(A, at4("192.0.2.1")).staticHost(B, at4("192.0.2.2")));
        RemoteList inFlight = host.discovery.remotesOf(Ip.of(A));

        host.discovery.reconfigure(
                host().staticHost(B, at4("192.0.2.2"))
                        .staticHost("10.42.0.4", at4("192.0.2.4"))
                        .build(),
                at(1));

        assertThat(inFlight.candidates(List.of())).isEmpty();
        assertThat(host.candidates(B)).isEqualTo(addresses("192.0.2.2:4242"));
        assertThat(host.candidates("10.42.0.4")).isEqualTo(addresses("192.0.2.4:4242"));
    }

    @Test
    void joinsTheEntriesOfAllAddressesOfAHost() {
        TestNode host =
                started(
                        host().staticHost(A, at4("192.0.2.1"))
                                .staticHost("fd42::2", at4("192.0.2.2")));

        host.discovery.sessionMade(ips(A, "fd42::2"), at(1));

        assertThat(host.candidates(A)).isEqualTo(addresses("192.0.2.1:4242", "192.0.2.2:4242"));
        assertThat(host.discovery.remotesOf(Ip.of("fd42::2")))
                .isSameAs(host.discovery.remotesOf(Ip.of(A)));
    }

    @Test
    void dropsResolvedAddressesThatAreDeniedOrInTheOverlay() {
        TestNode host =
                started(
                        host().staticHost(A, at4("one.example"))
                                .remoteRule("198.51.100.0/24", false));

        answer(host, 1, new NameAnswer.Found(ips("198.51.100.1", "10.42.0.2", "192.0.2.7", "::1")));

        assertThat(host.candidates(A)).isEqualTo(addresses("192.0.2.7:4242"));
    }

    @Test
    void aKeyOutsideTheNetworksIsOnlyAWarning() {
        TestNode host = started(host().staticHost("10.99.0.1", at4("192.0.2.1")));

        assertThat(host.events(StaticHostEvent.OutsideNetworks.class)).hasSize(1);
        assertThat(host.candidates("10.99.0.1")).isEqualTo(addresses("192.0.2.1:4242"));
    }

    private static void answer(TestNode host, double seconds, NameAnswer answer) {
        host.discovery.namesResolved(host.lookUps.getLast(), answer, at(seconds));
    }

    private static TestNode started(SettingsBuilder builder) {
        TestNode host = new TestNode(builder.build());
        host.discovery.start(at(0));
        return host;
    }

    private static HostAddr at4(String host) {
        return HostAddr.of(host, 4242);
    }

    private static SettingsBuilder host() {
        return node("10.42.0.5/16", "fd42::5/64");
    }
}
