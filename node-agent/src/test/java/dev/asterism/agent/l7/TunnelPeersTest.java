package dev.asterism.agent.l7;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.pool.PeerDirectory.Peer;
import dev.asterism.lighthouse.services.ServicesView;
import dev.asterism.overlay.cert.CertificateId;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.view.CertificateView;
import dev.asterism.overlay.view.PathView;
import dev.asterism.overlay.view.PeerView;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class TunnelPeersTest {

    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

    private static final List<Cidr> OWN = List.of(Cidr.of("10.42.0.9/16"));

    private final PeerView b = view("b", "10.42.0.2/16", true, true, NOW.plusSeconds(60));
    private final PeerView a = view("a", "10.42.0.1/16", true, false, NOW.plusSeconds(60));
    private final PeerView old = view("a", "10.42.0.1/16", false, true, NOW.plusSeconds(60));

    @Test
    void showsEachPeerOnceInTheOrderOfNames() {
        List<Peer> peers = peers(List.of(b, old, a), TunnelPeersTest::noneIsBlocked, OWN);

        assertThat(peers).extracting(Peer::name).containsExactly("a", "b");
        assertThat(peers).extracting(Peer::isAlive).containsExactly(false, true);
        assertThat(peers).extracting(Peer::isBlocked).containsOnly(false);
        assertThat(peers.getFirst().address().getHostAddress()).isEqualTo("10.42.0.1");
        assertThat(peers.getFirst().groups()).containsExactly("web");
        assertThat(peers.getFirst().expiresMillis()).isEqualTo(NOW.plusSeconds(60).toEpochMilli());
        assertThat(peers(List.of(b, a), TunnelPeersTest::noneIsBlocked, OWN))
                .isEqualTo(peers(List.of(a, b), TunnelPeersTest::noneIsBlocked, OWN));
    }

    @Test
    void aBlockedPeerIsNoEndpointAndItsRequestsEnd() {
        Predicate<CertificateId> blocked = b.certificate().id()::equals;

        assertThat(peers(List.of(a, b), blocked, OWN).getLast().isBlocked()).isTrue();
        assertThat(TunnelPeers.ended(List.of(a, b), blocked, NOW)).containsExactly(print("b"));
        assertThat(TunnelPeers.ended(List.of(a, b), TunnelPeersTest::noneIsBlocked, NOW)).isEmpty();
        assertThat(
                        TunnelPeers.ended(
                                List.of(a, b), TunnelPeersTest::noneIsBlocked, NOW.plusSeconds(61)))
                .containsExactlyInAnyOrder(print("a"), print("b"));
    }

    /** A peer that lost a group must not keep it on connections that are open; a renewal cuts nobody. */
    @Test
    void whoComesBackWithOtherGroupsLosesWhatItHad() {
        PeerView renewed = again(b, "b2", List.of("web"));
        PeerView demoted = again(b, "b3", List.of("guests"));

        assertThat(TunnelPeers.replaced(List.of(a, b), List.of(a, renewed))).isEmpty();
        assertThat(TunnelPeers.replaced(List.of(a, b), List.of(a, demoted)))
                .containsExactly(print("b"));
        assertThat(TunnelPeers.replaced(List.of(a, b), List.of(a, b, demoted)))
                .as("its old tunnel is still there")
                .isEmpty();
        assertThat(TunnelPeers.replaced(List.of(a, b), List.of(a))).as("merely away").isEmpty();
    }

    /** A host with IPv6 only reaches a host with both families by its second address. */
    @Test
    void aPeerIsReachedByItsAddressInANetworkOfOurs() {
        PeerView both = withNetworks(b, "10.42.0.2/16", "fd42::2/64");

        assertThat(addressOf(both, "fd42::9/64")).isEqualTo(TunnelPeers.inet(Ip.of("fd42::2")));
        assertThat(addressOf(both, "10.42.0.9/16")).isEqualTo(TunnelPeers.inet(Ip.of("10.42.0.2")));
        assertThat(addressOf(both, "10.42.0.9/16", "fd42::9/64"))
                .isEqualTo(TunnelPeers.inet(Ip.of("10.42.0.2")));
        assertThat(addressOf(both, "10.77.0.1/16"))
                .as("in no network of ours")
                .isEqualTo(TunnelPeers.inet(Ip.of("10.42.0.2")));
    }

    private static List<Peer> peers(
            List<PeerView> views, Predicate<CertificateId> blocked, List<Cidr> own) {
        return TunnelPeers.peers(
                new ToldServices(ServicesView.NOTHING, views), blocked, own, new PathLoss());
    }

    private static boolean noneIsBlocked(CertificateId unused) {
        return false;
    }

    private static CertificateId idOf(String name) {
        Bytes text = Bytes.owning(name.getBytes(StandardCharsets.UTF_8));
        return new CertificateId(Fingerprint.of(text), null, null);
    }

    private static String print(String name) {
        return idOf(name).fingerprint().toString();
    }

    private static InetAddress addressOf(PeerView peer, String... own) {
        List<Cidr> networks = Arrays.stream(own).map(Cidr::of).toList();
        return peers(List.of(peer), TunnelPeersTest::noneIsBlocked, networks).getFirst().address();
    }

    private static PeerView withNetworks(PeerView of, String... networks) {
        CertificateView was = of.certificate();
        return view(
                new CertificateView(
                        2,
                        was.name(),
                        Arrays.stream(networks).map(Cidr::of).toList(),
                        was.unsafeNetworks(),
                        was.groups(),
                        was.issuer(),
                        was.issuerName(),
                        was.notBefore(),
                        was.notAfter(),
                        was.id()),
                true,
                true);
    }

    private static PeerView again(PeerView of, String name, List<String> groups) {
        CertificateView was = of.certificate();
        return view(
                new CertificateView(
                        was.version(),
                        was.name(),
                        was.networks(),
                        was.unsafeNetworks(),
                        groups,
                        was.issuer(),
                        was.issuerName(),
                        was.notBefore(),
                        was.notAfter(),
                        idOf(name)),
                true,
                true);
    }

    private static PeerView view(
            String name, String network, boolean primary, boolean confirmed, Instant ends) {
        CertificateView certificate =
                new CertificateView(
                        1,
                        name,
                        List.of(Cidr.of(network)),
                        List.of(),
                        List.of("web"),
                        "issuer",
                        "mesh",
                        NOW,
                        ends,
                        idOf(name));
        return view(certificate, primary, confirmed);
    }

    private static PeerView view(CertificateView certificate, boolean primary, boolean confirmed) {
        return new PeerView(
                certificate,
                primary,
                confirmed,
                true,
                false,
                Duration.ZERO,
                new PathView(
                        UnderlayAddr.parse("192.0.2.1:4242"),
                        null,
                        Duration.ZERO,
                        List.of(),
                        List.of(),
                        new PathView.PacketSize(1300, PathView.SizeSource.ASSUMED, null),
                        new PathView.Choice("", null, List.of(), List.of())),
                new PeerView.Traffic(0, 0, 0, 0, 0, null, null),
                new PeerView.Quality(null, null, false, 0, 0),
                new PeerView.Indexes(1, 2),
                0);
    }
}
