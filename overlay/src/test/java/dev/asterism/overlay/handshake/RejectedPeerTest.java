package dev.asterism.overlay.handshake;

import static dev.asterism.overlay.handshake.TestWorld.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.aead.AeadCipher;
import dev.asterism.overlay.cert.Blocklist;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.cert.Subject;
import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.event.MeshEvent;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.wire.Header;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A peer that is set up wrongly is named once at the side that refuses it, and then counted. */
class RejectedPeerTest {

    private static final Ip B = Ip.of("10.42.0.2");
    private static final UnderlayAddr AT_A = UnderlayAddr.of("192.0.2.1:4242");
    private static final UnderlayAddr AT_B = UnderlayAddr.of("203.0.113.2:4242");
    private static final int KEYS = Header.LENGTH + 64;

    private final TestPki pki = TestPki.seeded(3);
    private final TestWorld a = new TestWorld(pki, pki.host("a", "10.42.0.1/16"), 1);
    private final TestWorld b = new TestWorld(pki, pki.host("b", "10.42.0.2/16"), 2);

    @Test
    void oneOfAnotherAuthority() {
        TestPki others = TestPki.seeded(99);
        TestWorld foreign = new TestWorld(others, others.host("x", "10.42.0.9/16"), 4);
        offer(message1(foreign), 0);

        HandshakeEvent.PeerRejected told = onlyTold(b);
        assertThat(told.reason()).isEqualTo(HandshakeRejection.UNKNOWN_CA);
        assertThat(told.claimedName()).isEqualTo("x");
        assertThat(told.claimedIssuer()).isEqualTo(others.ca().fingerprint().toString());
        assertThat(told.message()).contains("unverified");
    }

    @Test
    void oneWhoseCertificateHasExpired() {
        long soon = TestPki.NOW.getEpochSecond() + 5;
        Subject subject =
                new Subject(
                        "short",
                        List.of(Cidr.of("10.42.0.9/16")),
                        List.of(),
                        List.of(),
                        TestPki.START.getEpochSecond(),
                        soon);
        offer(message1(new TestWorld(pki, pki.host(subject), 4)), 6);

        assertThat(onlyTold(b).reason()).isEqualTo(HandshakeRejection.OUT_OF_DATE);
        assertThat(onlyTold(b).claimedName()).isEqualTo("short");
    }

    @Test
    void oneThatIsBlocked() {
        b.cas =
                b.cas.withBlocklist(
                        Blocklist.parse(List.of(a.identity.certificate().fingerprint().toString()))
                                .blocklist());
        offer(message1(a), 0);

        assertThat(onlyTold(b).reason()).isEqualTo(HandshakeRejection.BLOCKLISTED);
    }

    @Test
    void oneWithAVersion2CertificateOfAnotherAuthority() {
        TestPki others = TestPki.seeded(99);
        offer(message1(new TestWorld(others, others.hostV2("v2", "10.42.0.9/16"), 4)), 0);

        HandshakeEvent.PeerRejected told = onlyTold(b);
        assertThat(told.reason()).isEqualTo(HandshakeRejection.UNKNOWN_CA);
        assertThat(told.claimedName()).isEqualTo("v2");
        assertThat(told.claimedIssuer()).isEqualTo(others.ca().fingerprint().toString());
    }

    @Test
    void oneWithACutVersion2Certificate() {
        for (int length = 0; length < 12; length++) {
            byte[] der =
                    Arrays.copyOf(new byte[] {0x30, (byte) 0x82, 1, 2, (byte) 0xA0, 9}, length);
            if (length > 0) {
                offer(withCertificate(message1(a), Bytes.owning(der), 2), 0);
            }
        }
        assertThat(onlyTold(b).claimedName()).isEmpty();
    }

    /** Its keys have another length, so that nothing stands where we look for it. */
    @Test
    void oneOfTheOtherCurve() {
        TestPki ofP256 = TestPki.seeded(5, Curve.P256);
        TestWorld p256 = new TestWorld(ofP256, ofP256.hostV2("p", "10.42.0.7/16"), 5);
        offer(message1(p256), 0);
        p256.handshakes.responder().answer(Path.to(AT_A), message1(a), at(0));

        assertThat(onlyTold(b).reason()).isEqualTo(HandshakeRejection.CURVE);
        assertThat(onlyTold(b).detail()).isEqualTo("P256");
        assertThat(onlyTold(p256).reason()).isEqualTo(HandshakeRejection.CURVE);
        assertThat(onlyTold(p256).detail()).isEqualTo("CURVE25519");
    }

    /** Message 1 is plain, so only the answer shows it: the side that asked is told, with the likely cause. */
    @Test
    void oneWithAnotherCipher() {
        TestWorld other =
                new TestWorld(pki, pki.host("b", "10.42.0.2/16"), 2, AeadCipher.CHACHAPOLY);
        Message1Outcome outcome =
                other.handshakes.responder().answer(Path.to(AT_A), message1(a), at(0));
        Tunnel atB = ((Message1Outcome.Accepted) outcome).tunnel();

        a.handshakes
                .initiator()
                .message2(
                        Path.to(AT_B),
                        atB.session().remoteIndex(),
                        atB.origin().message2(),
                        at(0.1));

        assertThat(onlyTold(a).message()).contains("`cipher` setting differs");
        assertThat(onlyTold(a).udpAddr()).isEqualTo(Path.to(AT_B));
    }

    @Test
    void theOthersOfItsKindAreCounted() {
        TestPki others = TestPki.seeded(99);
        TestWorld foreign = new TestWorld(others, others.host("x", "10.42.0.9/16"), 4);
        Bytes message1 = message1(foreign);
        for (int i = 0; i < 40; i++) {
            offer(message1, i);
        }
        assertThat(told(b)).hasSize(1);
        assertThat(b.handshakes.nextDeadlineNanos()).isEqualTo(at(60).nanos());

        b.handshakes.onTimer(at(60));
        assertThat(b.events)
                .filteredOn(HandshakeEvent.MorePeersRejected.class::isInstance)
                .containsExactly(
                        new HandshakeEvent.MorePeersRejected(
                                Cidr.of("192.0.2.0/24"), HandshakeRejection.UNKNOWN_CA, 39));
    }

    private void offer(Bytes message1, double seconds) {
        assertThat(b.handshakes.responder().answer(Path.to(AT_A), message1, at(seconds)))
                .isInstanceOf(Message1Outcome.Rejected.class);
    }

    private static Bytes message1(TestWorld from) {
        from.knows(B, AT_B);
        from.handshakes.initiator().start(B, null, at(0));
        from.handshakes.initiator().onTimer(at(0));
        return from.lastSent();
    }

    private static Bytes withCertificate(Bytes message1, Bytes certificate, int version) {
        byte[] payload = new HandshakePayload(certificate, 7, 0, 1, version).encode();
        byte[] whole = Arrays.copyOf(message1.toArray(), KEYS + payload.length);
        System.arraycopy(payload, 0, whole, KEYS, payload.length);
        return Bytes.owning(whole);
    }

    private static HandshakeEvent.PeerRejected onlyTold(TestWorld world) {
        List<MeshEvent> told = told(world);
        assertThat(told).hasSize(1);
        return (HandshakeEvent.PeerRejected) told.getFirst();
    }

    private static List<MeshEvent> told(TestWorld world) {
        return world.events.stream().filter(HandshakeEvent.PeerRejected.class::isInstance).toList();
    }
}
