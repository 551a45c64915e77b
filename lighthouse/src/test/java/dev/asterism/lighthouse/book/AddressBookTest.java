package dev.asterism.lighthouse.book;

import static dev.asterism.lighthouse.testing.SettingsBuilder.ips;
import static dev.asterism.lighthouse.testing.TestNode.addresses;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.CandidateFilter;
import dev.asterism.overlay.path.RemoteList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AddressBookTest {

    private static final Ip A = Ip.of("10.42.0.2");
    private static final Ip A6 = Ip.of("fd42::2");

    private final Set<Ip> pinned = new LinkedHashSet<>();
    private final AddressBook book =
            new AddressBook(() -> CandidateFilter.OPEN, pinned::contains, 100, _ -> {});

    @Test
    void givesTheSameListForTheSameAddress() {
        assertThat(book.listOf(A)).isSameAs(book.listOf(A));
        assertThat(book.known(A6)).isNull();
    }

    @Test
    void unifiesTheListsOfOneHost() {
        book.listOf(A6).report(A, addresses("192.0.2.6:1"), List.of());
        RemoteList first = book.listOf(A);
        first.learn(A, UnderlayAddr.of("192.0.2.4:1"));

        RemoteList one = book.unify(List.of(A, A6));

        assertThat(one).isSameAs(first).isSameAs(book.known(A6));
        assertThat(one.candidates(List.of())).isEqualTo(addresses("192.0.2.4:1", "192.0.2.6:1"));
        assertThat(one.overlay()).containsExactly(A, A6);
        assertThat(book.lists()).hasSize(1);
    }

    @Test
    void aNewCertificateWithFewerAddressesGivesTheRestFree() {
        book.unify(List.of(A, A6));

        book.unify(List.of(A));

        assertThat(book.known(A6)).isNull();
        assertThat(book.known(A)).isNotNull();
    }

    /** As of a host with certificates of both versions, of which that of version 1 has no IPv6 address. */
    @Test
    void aCertificateWithFewerAddressesLeavesThoseThatHaveATunnel() {
        RemoteList one = book.unify(List.of(A, A6));
        pinned.add(A6);

        assertThat(book.unify(List.of(A))).isSameAs(one);
        assertThat(book.known(A6)).isSameAs(one);
        assertThat(one.overlay()).containsExactly(A, A6);
    }

    /** As when an address is taken from one host's certificate and given to another's. */
    @Test
    void anAddressThatMovedTakesNothingElseFromTheHostBefore() {
        Ip b = Ip.of("10.42.0.3");
        RemoteList before = book.unify(List.of(b, A6));
        before.learn(b, UnderlayAddr.of("192.0.2.3:1"));
        pinned.add(b);

        RemoteList now = book.unify(List.of(A, A6));

        assertThat(book.known(A6)).isSameAs(now).isSameAs(book.known(A));
        assertThat(now.candidates(List.of())).isEmpty();
        assertThat(book.known(b)).isSameAs(before);
        assertThat(before.overlay()).containsExactly(b);
        assertThat(before.candidates(List.of())).isEqualTo(addresses("192.0.2.3:1"));
    }

    @Test
    void forgetsUnderAllAddresses() {
        book.unify(List.of(A, A6));

        book.forget(List.of(A6));

        assertThat(book.size()).isZero();
    }

    @Test
    void keepsTheNewestUnconnectedPeersAndEveryPinnedPeer() {
        pinned.addAll(ips("10.42.0.2", "10.42.9.9"));
        RemoteList kept = book.listOf(A);
        for (int i = 0; i < 10_000; i++) {
            book.listOf(Ip.ofIpv4(0x0A2B0000 + i));
        }

        assertThat(book.size()).isLessThanOrEqualTo(101);
        assertThat(book.known(A)).isSameAs(kept);
        assertThat(book.known(Ip.ofIpv4(0x0A2B0000 + 9_999))).isNotNull();
        assertThat(book.known(Ip.ofIpv4(0x0A2B0000))).isNull();
    }

    @Test
    void growsWithItsPinnedPeers() {
        for (int i = 0; i < 1000; i++) {
            Ip peer = Ip.ofIpv4(0x0A2B0000 + i);
            pinned.add(peer);
            book.listOf(peer);
        }

        assertThat(book.size()).isEqualTo(1000);
    }
}
