package dev.asterism.overlay.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.path.PathPins;
import dev.asterism.overlay.path.RelayLeg;
import dev.asterism.overlay.relay.RelayMessage.Form;
import dev.asterism.overlay.relay.RelayMessage.Kind;
import dev.asterism.overlay.tunnel.TestTunnels;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.tunnel.TunnelTable;
import dev.asterism.overlay.tunnel.TunnelTable.TunnelRank;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Hosts with an IPv4 and an IPv6 address, which are one host (spec wire.md 8 and 10). */
class RelaySeveralAddressesTest {

    private static final Tick NOW = new Tick(0, Instant.EPOCH);
    private static final Ip A4 = Ip.of("10.42.0.2");
    private static final Ip B4 = Ip.of("10.42.0.3");
    private static final Ip B6 = Ip.of("fd42::3");

    private final TestTunnels made = new TestTunnels();
    private final TunnelTable tunnels = new TunnelTable();
    private final RelayTable table = new RelayTable(tunnels);
    private final List<Sent> sent = new ArrayList<>();
    private final Tunnel a = tunnel("a", "10.42.0.2/16", "fd42::2/64");
    private final Tunnel b = tunnel("b", "10.42.0.3/16", "fd42::3/64");

    private record Sent(Tunnel to, RelayMessage message) {}

    private Tunnel tunnel(String name, String... networks) {
        var certificate = made.pki().sign(2, TestPki.subject(name, networks));
        Tunnel tunnel = made.tunnel(true, Bytes.EMPTY, certificate);
        tunnels.add(tunnel, TunnelRank.PRIMARY);
        return tunnel;
    }

    private RelayNegotiator negotiator(boolean amRelay) {
        return new RelayNegotiator(
                tunnels,
                table,
                new Random(1)::nextBytes,
                () ->
                        new RelayPolicy(
                                amRelay,
                                !amRelay,
                                List.of(Ip.of("10.42.0.1"), Ip.of("fd42::1")),
                                PathPins.NONE),
                new Recording(),
                _ -> {});
    }

    private static Bytes request(int index, Ip from, Ip to) {
        return Bytes.owning(new RelayMessage(Kind.REQUEST, Form.V2, index, 0, from, to).encode());
    }

    private Bytes answerOfB(Ip to) {
        int onward = Objects.requireNonNull(table.entry(b, A4)).localIndex();
        return Bytes.owning(new RelayMessage(Kind.RESPONSE, Form.V2, onward, 77, A4, to).encode());
    }

    private List<RelayMessage> toA() {
        return sent.stream().filter(s -> s.to() == a).map(Sent::message).toList();
    }

    /** Packets for both addresses of a host that is not known yet begin two handshakes. */
    @Test
    void oneAnswerIsForBothAddressesThatWereAskedFor() {
        RelayNegotiator relay = negotiator(true);
        relay.message(a, request(11, A4, B4), NOW);
        relay.message(a, request(12, A4, B6), NOW);

        relay.message(b, answerOfB(B4), NOW);

        assertThat(toA())
                .extracting(RelayMessage::initiatorIndex, RelayMessage::to)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(11, B4),
                        org.assertj.core.groups.Tuple.tuple(12, B6));
        assertThat(Objects.requireNonNull(table.entry(a, B4)).onward())
                .isSameAs(table.entry(b, A4))
                .isSameAs(Objects.requireNonNull(table.entry(a, B6)).onward());
    }

    @Test
    void anAddressThatIsAskedForLaterIsAnsweredAsWell() {
        RelayNegotiator relay = negotiator(true);
        relay.message(a, request(11, A4, B4), NOW);
        relay.message(b, answerOfB(B4), NOW);
        sent.clear();

        relay.message(a, request(12, A4, B6), NOW);
        relay.message(b, answerOfB(B6), NOW);

        assertThat(toA())
                .extracting(RelayMessage::initiatorIndex, RelayMessage::to)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(12, B6));
        assertThat(Objects.requireNonNull(table.entry(a, B6)).isUsable()).isTrue();
    }

    /** As after the migration of a session, where the relay asks for the primary address (spec wire.md 8.6). */
    @Test
    void anAnswerByAnotherAddressIsForTheLegThatThereIs() {
        RelayNegotiator relay = negotiator(true);
        relay.message(a, request(12, A4, B6), NOW);

        relay.message(b, answerOfB(B4), NOW);

        assertThat(toA()).extracting(RelayMessage::initiatorIndex).containsExactly(12);
    }

    @Test
    void asksARelayOnceByWhicheverOfItsAddressesItIsNamed() {
        RelayNegotiator end = negotiator(false);
        List<Ip> named = List.of(A4, Ip.of("fd42::2"));

        end.attempt(Ip.of("fd42::9"), named, RelayTry.FIRST, new byte[] {1}, NOW);

        assertThat(toA()).extracting(RelayMessage::to).containsExactly(Ip.of("fd42::9"));
    }

    @Test
    void reachesNoHostThroughItselfByAnotherAddress() {
        RelayNegotiator end = negotiator(false);

        end.attempt(B6, List.of(B4), RelayTry.FIRST, new byte[] {1}, NOW);

        assertThat(end.prepare(B6, B4, true)).isNull();
        assertThat(sent).isEmpty();
    }

    private final class Recording implements RelayLink {

        @Override
        public void control(Tunnel by, byte[] payload) {
            sent.add(
                    new Sent(
                            by,
                            Objects.requireNonNull(RelayMessage.decode(Bytes.copyOf(payload)))));
        }

        @Override
        public boolean handshake(RelayLeg leg, byte[] message) {
            return true;
        }

        @Override
        public void connect(Ip peer) {
            throw new AssertionError("there is a tunnel to everybody here, and not to " + peer);
        }

        @Override
        public void relayReady(Ip peer) {}
    }
}
