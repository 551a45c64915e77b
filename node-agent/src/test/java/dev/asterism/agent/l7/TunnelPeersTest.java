package dev.asterism.agent.l7;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.pool.PeerDirectory.Peer;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.view.CertificateView;
import dev.asterism.overlay.view.PathView;
import dev.asterism.overlay.view.PeerView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TunnelPeersTest {

    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

    private final PeerView b = view("b", "10.42.0.2/16", true, true, NOW.plusSeconds(60));
    private final PeerView a = view("a", "10.42.0.1/16", true, false, NOW.plusSeconds(60));
    private final PeerView old = view("a", "10.42.0.1/16", false, true, NOW.plusSeconds(60));

    @Test
    void showsEachPeerOnceInTheOrderOfNames() {
        List<Peer> peers = TunnelPeers.peers(List.of(b, old, a), List.of());

        assertThat(peers).extracting(Peer::name).containsExactly("a", "b");
        assertThat(peers).extracting(Peer::isAlive).containsExactly(false, true);
        assertThat(peers).extracting(Peer::isBlocked).containsOnly(false);
        assertThat(peers.getFirst().address().getHostAddress()).isEqualTo("10.42.0.1");
        assertThat(peers.getFirst().groups()).containsExactly("web");
        assertThat(peers.getFirst().expiresMillis()).isEqualTo(NOW.plusSeconds(60).toEpochMilli());
        assertThat(TunnelPeers.peers(List.of(b, a), List.of()))
                .isEqualTo(TunnelPeers.peers(List.of(a, b), List.of()));
    }

    @Test
    void aBlockedPeerIsNoEndpointAndItsRequestsEnd() {
        List<String> blocked = List.of("print-b");

        assertThat(TunnelPeers.peers(List.of(a, b), blocked).getLast().isBlocked()).isTrue();
        assertThat(TunnelPeers.ended(List.of(a, b), blocked, NOW)).containsExactly("print-b");
        assertThat(TunnelPeers.ended(List.of(a, b), List.of(), NOW)).isEmpty();
        assertThat(TunnelPeers.ended(List.of(a, b), List.of(), NOW.plusSeconds(61)))
                .containsExactly("print-a", "print-b");
    }

    /** A peer that lost a group must not keep it on connections that are open; a renewal cuts nobody. */
    @Test
    void whoComesBackWithOtherGroupsLosesWhatItHad() {
        PeerView renewed = again(b, "print-b2", List.of("web"));
        PeerView demoted = again(b, "print-b3", List.of("guests"));

        assertThat(TunnelPeers.replaced(List.of(a, b), List.of(a, renewed))).isEmpty();
        assertThat(TunnelPeers.replaced(List.of(a, b), List.of(a, demoted)))
                .containsExactly("print-b");
        assertThat(TunnelPeers.replaced(List.of(a, b), List.of(a, b, demoted)))
                .as("its old tunnel is still there")
                .isEmpty();
        assertThat(TunnelPeers.replaced(List.of(a, b), List.of(a))).as("merely away").isEmpty();
    }

    private static PeerView again(PeerView of, String fingerprint, List<String> groups) {
        CertificateView was = of.certificate();
        return view(
                new CertificateView(
                        was.version(),
                        was.name(),
                        was.networks(),
                        was.unsafeNetworks(),
                        groups,
                        fingerprint,
                        was.issuer(),
                        was.issuerName(),
                        was.notBefore(),
                        was.notAfter()),
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
                        "print-" + name,
                        "issuer",
                        "mesh",
                        NOW,
                        ends);
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
                new PathView(UnderlayAddr.parse("192.0.2.1:4242"), Duration.ZERO, List.of()),
                new PeerView.Traffic(0, 0, 0, 0, 0, null, null),
                new PeerView.Quality(null, null, false, 0, 0),
                new PeerView.Indexes(1, 2),
                0);
    }
}
