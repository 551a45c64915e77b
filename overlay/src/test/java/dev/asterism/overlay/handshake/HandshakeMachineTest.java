package dev.asterism.overlay.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.asterism.overlay.aead.AeadCipher;
import dev.asterism.overlay.cert.Blocklist;
import dev.asterism.overlay.cert.CaPool;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.Claim;
import dev.asterism.overlay.cert.Credential;
import dev.asterism.overlay.cert.LocalIdentity;
import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.cert.VectorFile;
import dev.asterism.overlay.handshake.HandshakeStep.Claimed;
import dev.asterism.overlay.handshake.HandshakeStep.Established;
import dev.asterism.overlay.handshake.HandshakeStep.Rejected;
import dev.asterism.overlay.handshake.HandshakeStep.Verified;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.noise.NoiseCipher;
import dev.asterism.overlay.noise.Vectors;
import dev.asterism.overlay.tunnel.StrangerDoor;
import dev.asterism.overlay.wire.Header;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One end alone, from datagrams to keys: against recorded handshakes, and out of order. */
class HandshakeMachineTest {

    private static final JsonNode RECORDED =
            Vectors.json("deterministic/handshakes.json.gz").get("handshakes");
    private static final Tick NOW = new Tick(1, TestPki.NOW);

    private final TestPki pki = TestPki.seeded(3);
    private final Credential a = pki.host("a", "10.42.0.1/16").credential();
    private final LocalIdentity b = pki.host("b", "10.42.0.2/16");
    private final HandshakeMachine.Shared atA = shared(new Random(1)::nextBytes);
    private final HandshakeMachine.Shared atB = shared(new Random(2)::nextBytes);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x25519-aes-v1",
                "x25519-chachapoly-v1",
                "x25519-aes-v2",
                "x25519-chachapoly-v2",
                "p256-aes-v1",
                "p256-aes-v2",
                "p256-chachapoly-v2"
            })
    void initiatesEveryByteOfARecordedHandshake(String name) throws CertificateException {
        JsonNode recorded = RECORDED.get(name);
        Tick now = timeOf(recorded, "payload1");
        HandshakeMachine machine =
                HandshakeMachine.initiator(
                        drawing(recorded, "initiator"),
                        identity(recorded, "initiator", now).credential(),
                        0);

        HandshakeStep.Send send = machine.start(now);
        assertThat(send.localIndex()).isEqualTo(index(recorded, "initiator"));
        assertThat(send.datagram().hex()).isEqualTo(recorded.get("packet1").asText());

        Claimed claimed = (Claimed) machine.read(datagram(recorded, "packet2"));
        assertThat(claimed.claim().name()).isEqualTo("node-b");
        Verified verified = (Verified) machine.verify(claimed, cas(recorded, now), () -> true, now);
        Established done = (Established) machine.finish(verified, now);

        assertThat(done.peer().certificate().name()).isEqualTo("node-b");
        assertThat(done.localIndex()).isEqualTo(index(recorded, "initiator"));
        assertThat(done.remoteIndex()).isEqualTo(index(recorded, "responder"));
        assertThat(done.origin().initiator()).isTrue();
        assertKeys(done, recorded, "keyInitiatorToResponder", "keyResponderToInitiator");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x25519-aes-v1",
                "x25519-chachapoly-v1",
                "x25519-aes-v2",
                "x25519-chachapoly-v2",
                "p256-aes-v1",
                "p256-aes-v2",
                "p256-chachapoly-v2"
            })
    void answersEveryByteOfARecordedHandshake(String name) throws CertificateException {
        JsonNode recorded = RECORDED.get(name);
        Tick now = timeOf(recorded, "payload2");
        HandshakeMachine machine =
                HandshakeMachine.responder(
                        drawing(recorded, "responder"), identity(recorded, "responder", now), 0);

        Claimed claimed = (Claimed) machine.read(datagram(recorded, "packet1"));
        Verified verified = (Verified) machine.verify(claimed, cas(recorded, now), () -> true, now);
        Established done = (Established) machine.finish(verified, now);

        assertThat(done.peer().certificate().name()).isEqualTo("node-a");
        assertThat(done.origin().message2().hex()).isEqualTo(recorded.get("packet2").asText());
        assertThat(done.localIndex()).isEqualTo(index(recorded, "responder"));
        assertThat(done.remoteIndex()).isEqualTo(index(recorded, "initiator"));
        assertThat(done.origin().initiator()).isFalse();
        assertKeys(done, recorded, "keyResponderToInitiator", "keyInitiatorToResponder");
    }

    /** That version of Nebula does not say which version its certificate has. */
    @Test
    void followsAMessage1AsNebula161WritesIt() throws CertificateException {
        JsonNode recorded = RECORDED.get("x25519-aes-v1-as-1.6.1");
        Tick now = timeOf(recorded, "payload2");
        HandshakeMachine machine =
                HandshakeMachine.responder(
                        drawing(recorded, "responder"), identity(recorded, "responder", now), 0);

        Claimed claimed = (Claimed) machine.read(datagram(recorded, "packet1"));

        assertThat(claimed.payload().certVersion()).isZero();
        assertThat(machine.verify(claimed, cas(recorded, now), () -> true, now))
                .isInstanceOf(Verified.class);
    }

    @Test
    void agreesOnTheExtensionsThatBothShow() {
        HandshakeMachine initiator = HandshakeMachine.initiator(atA, a, 0b110);
        Established answered = answer(b, atB, 0b011, initiator.start(NOW).datagram());

        Claimed claimed = (Claimed) initiator.read(answered.origin().message2());
        Established done = (Established) initiator.finish(verified(initiator, claimed), NOW);

        assertThat(answered.origin().extensions()).isEqualTo(0b010);
        assertThat(done.origin().extensions()).isEqualTo(0b010);
        assertThat(done.keys().sending()).isEqualTo(answered.keys().receiving());
    }

    @Test
    void readsNothingFromADatagramThatIsCut() {
        Bytes message1 = HandshakeMachine.initiator(atA, a, 0).start(NOW).datagram();
        HandshakeMachine initiator = HandshakeMachine.initiator(atA, a, 0);
        Bytes message2 = answer(b, atB, 0, initiator.start(NOW).datagram()).origin().message2();

        for (int length = 0; length < message1.length(); length++) {
            HandshakeMachine responder = HandshakeMachine.responder(atB, b, 0);
            assertThat(responder.read(message1.slice(0, length))).isInstanceOf(Rejected.class);
        }
        for (int length = 0; length < message2.length(); length++) {
            assertThat(initiator.read(message2.slice(0, length))).isInstanceOf(Rejected.class);
        }
        Claimed claimed = (Claimed) initiator.read(message2);
        assertThat(initiator.finish(verified(initiator, claimed), NOW))
                .isInstanceOf(Established.class);
    }

    /** Whoever sees message 1 can answer it well, with a certificate of a CA that is not ours. */
    @Test
    void aPeerThatIsNotBelievedLeavesTheInitiatorAsItWas() {
        TestPki others = TestPki.seeded(99);
        LocalIdentity forger = others.host("b", "10.42.0.2/16");
        HandshakeMachine initiator = HandshakeMachine.initiator(atA, a, 0);
        Bytes message1 = initiator.start(NOW).datagram();
        Bytes forged =
                answer(forger, shared(new Random(4)::nextBytes), 0, message1).origin().message2();
        Bytes genuine = answer(b, atB, 0, message1).origin().message2();

        Claimed claimedByForger = (Claimed) initiator.read(forged);
        Rejected rejected =
                (Rejected) initiator.verify(claimedByForger, pki.pool(), () -> true, NOW);
        Claimed claimed = (Claimed) initiator.read(genuine);
        Established done = (Established) initiator.finish(verified(initiator, claimed), NOW);

        assertThat(rejected.reason()).isEqualTo(HandshakeRejection.UNKNOWN_CA);
        assertThat(claimedName(rejected)).isEqualTo("b");
        assertThat(done.peer().certificate()).isEqualTo(b.certificate());
    }

    /** The keys are those of the message read last, so no other certificate may be joined with them. */
    @Test
    void finishesOnlyWithTheCertificateOfTheMessageReadLast() {
        HandshakeMachine initiator = HandshakeMachine.initiator(atA, a, 0);
        Bytes message1 = initiator.start(NOW).datagram();
        LocalIdentity c = pki.host("c", "10.42.0.3/16");
        Claimed claimedByB =
                (Claimed) initiator.read(answer(b, atB, 0, message1).origin().message2());
        Verified verifiedB = verified(initiator, claimedByB);
        Claimed claimedByC =
                (Claimed) initiator.read(answer(c, atB, 0, message1).origin().message2());

        assertThatThrownBy(() -> initiator.finish(verifiedB, NOW))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> verified(initiator, claimedByB))
                .isInstanceOf(IllegalStateException.class);
        Established done = (Established) initiator.finish(verified(initiator, claimedByC), NOW);
        assertThat(done.peer().certificate()).isEqualTo(c.certificate());
    }

    @Test
    void stepsOutOfOrderAreTheOwnersMistake() {
        HandshakeMachine initiator = HandshakeMachine.initiator(atA, a, 0);
        assertThatThrownBy(() -> initiator.read(Bytes.owning(new byte[200])))
                .isInstanceOf(IllegalStateException.class);
        Bytes message1 = initiator.start(NOW).datagram();
        assertThatThrownBy(() -> initiator.start(NOW)).isInstanceOf(IllegalStateException.class);

        HandshakeMachine responder = HandshakeMachine.responder(atB, b, 0);
        assertThatThrownBy(() -> responder.start(NOW)).isInstanceOf(IllegalStateException.class);
        Claimed claimed = (Claimed) responder.read(message1);
        assertThatThrownBy(() -> responder.read(message1))
                .isInstanceOf(IllegalStateException.class);
        Verified verified = verified(responder, claimed);
        assertThat(responder.finish(verified, NOW)).isInstanceOf(Established.class);
        assertThatThrownBy(() -> responder.finish(verified, NOW))
                .isInstanceOf(IllegalStateException.class);
    }

    /** In whichever role the peer was met first. */
    @Test
    void aPeerThatWasVerifiedOnceNeedsNoSignatureCheckInTheOtherRole() {
        HandshakeMachine initiator = HandshakeMachine.initiator(atA, a, 0);
        Established answered = answer(b, atB, 0, initiator.start(NOW).datagram());
        verified(initiator, (Claimed) initiator.read(answered.origin().message2()));

        HandshakeMachine calling = HandshakeMachine.initiator(atB, b.credential(), 0);
        HandshakeMachine responder = HandshakeMachine.responder(atA, alone(a), 0);
        Claimed claimed = (Claimed) responder.read(calling.start(NOW).datagram());

        assertThat(claimed.before()).as("found before it was decoded").isNotNull();
        assertThat(responder.verify(claimed, pki.pool(), () -> false, NOW))
                .isInstanceOf(Verified.class);
        HandshakeMachine stranger =
                HandshakeMachine.responder(shared(new Random(5)::nextBytes), alone(a), 0);
        Claimed unknown = (Claimed) stranger.read(calling(b.credential()));
        assertThat(unknown.before()).isNull();
        assertThat(((Rejected) stranger.verify(unknown, pki.pool(), () -> false, NOW)).reason())
                .isEqualTo(HandshakeRejection.OVER_BUDGET);
    }

    /** Decoding costs as well, so what no signature check would follow is not decoded; who is known is let through. */
    @Test
    void decodesOnlyWhatItMayCheckAndWhatItKnows() {
        HandshakeMachine early = HandshakeMachine.responder(atB, b, 0);
        List<Bytes> asked = new ArrayList<>();
        Predicate<Bytes> none =
                key -> {
                    asked.add(key);
                    return false;
                };

        Rejected refused = (Rejected) early.read(calling(a), none);

        assertThat(refused.reason()).isEqualTo(HandshakeRejection.OVER_BUDGET);
        assertThat(refused.claim()).as("what was not decoded").isNull();
        assertThat(asked).containsExactly(a.keys().publicKey());
        answer(b, atB, 0, calling(a));
        HandshakeMachine later = HandshakeMachine.responder(atB, b, 0);
        assertThat(((Claimed) later.read(calling(a), none)).before()).isNotNull();
        assertThat(asked).hasSize(1);
    }

    /** What is remembered is asked about again: the CA may have gone, the certificate been blocked. */
    @Test
    void aPeerThatWasVerifiedOnceIsStillJudgedByTheCasOfNow() {
        Established known = answer(b, atB, 0, calling(a));
        Blocklist blocked =
                Blocklist.parse(List.of(known.peer().certificate().fingerprint().toString()))
                        .blocklist();

        HandshakeMachine responder = HandshakeMachine.responder(atB, b, 0);
        Claimed claimed = (Claimed) responder.read(calling(a));

        assertThat(claimed.before()).isNotNull();
        assertThat(
                        ((Rejected)
                                        responder.verify(
                                                claimed,
                                                pki.pool().withBlocklist(blocked),
                                                () -> true,
                                                NOW))
                                .reason())
                .isEqualTo(HandshakeRejection.BLOCKLISTED);
    }

    @Test
    void theBytesOfAKnownCertificateUnderAnotherVersionAreNotKnown() {
        answer(b, atB, 0, calling(a));
        for (int version : new int[] {2, 3, -1}) {
            HandshakeMachine responder = HandshakeMachine.responder(atB, b, 0);

            Rejected rejected = (Rejected) responder.read(withVersion(calling(a), version));

            assertThat(rejected.reason())
                    .isEqualTo(
                            version == 2
                                    ? HandshakeRejection.BAD_CERTIFICATE
                                    : HandshakeRejection.CERTIFICATE_VERSION);
        }
    }

    @Test
    void neverShowsTheSameTimeTwice() {
        HandshakeMachine first = HandshakeMachine.responder(atB, b, 0);
        HandshakeMachine second = HandshakeMachine.responder(atB, b, 0);
        HandshakeMachine.Shared caller = shared(new Random(7)::nextBytes);

        Claimed one =
                (Claimed)
                        first.read(HandshakeMachine.initiator(caller, a, 0).start(NOW).datagram());
        Claimed two =
                (Claimed)
                        second.read(HandshakeMachine.initiator(caller, a, 0).start(NOW).datagram());

        assertThat(two.payload().time()).isEqualTo(one.payload().time() + 1);
    }

    @Test
    void drawsAnIndexThatNobodyUses() {
        Queue<byte[]> drawn = new ArrayDeque<>();
        drawn.add(new byte[] {0, 0, 0, 7});
        drawn.add(new byte[] {0, 0, 0, 8});
        drawn.add(new byte[32]);
        HandshakeMachine.Shared shared =
                new HandshakeMachine.Shared(
                        NoiseCipher.byJdk(AeadCipher.AES),
                        into -> System.arraycopy(drawn.remove(), 0, into, 0, into.length),
                        index -> index == 7,
                        new PeerVerifier(new StrangerDoor()));

        assertThat(HandshakeMachine.initiator(shared, a, 0).start(NOW).localIndex()).isEqualTo(8);
    }

    private static Bytes calling(Credential from) {
        return HandshakeMachine.initiator(shared(new Random(11)::nextBytes), from, 0)
                .start(NOW)
                .datagram();
    }

    private static Bytes withVersion(Bytes message1, int version) {
        int payloadAt = Header.LENGTH + 64;
        Bytes encoded = message1.slice(payloadAt, message1.length() - payloadAt);
        HandshakePayload was =
                ((HandshakePayload.Decoded.Valid) HandshakePayload.decodeMessage1(encoded))
                        .payload();
        byte[] changed =
                new HandshakePayload(was.cert(), was.initiatorIndex(), 0, was.time(), version)
                        .encode();
        byte[] whole = Arrays.copyOf(message1.toArray(), payloadAt + changed.length);
        System.arraycopy(changed, 0, whole, payloadAt, changed.length);
        return Bytes.owning(whole);
    }

    private static LocalIdentity alone(Credential credential) {
        return new LocalIdentity(List.of(credential));
    }

    private Established answer(
            LocalIdentity as, HandshakeMachine.Shared shared, int extensions, Bytes message1) {
        HandshakeMachine responder = HandshakeMachine.responder(shared, as, extensions);
        Claimed claimed = (Claimed) responder.read(message1);
        return (Established) responder.finish(verified(responder, claimed), NOW);
    }

    private Verified verified(HandshakeMachine machine, Claimed claimed) {
        return (Verified) machine.verify(claimed, pki.pool(), () -> true, NOW);
    }

    private static String claimedName(Rejected rejected) {
        Claim claim = rejected.claim();
        return claim == null ? "" : claim.name();
    }

    private static HandshakeMachine.Shared shared(RandomSource random) {
        return new HandshakeMachine.Shared(
                NoiseCipher.byJdk(AeadCipher.AES),
                random,
                _ -> false,
                new PeerVerifier(new StrangerDoor()));
    }

    private static HandshakeMachine.Shared drawing(JsonNode recorded, String role) {
        Queue<byte[]> drawn = new ArrayDeque<>();
        drawn.add(ByteBuffer.allocate(4).putInt(index(recorded, role)).array());
        drawn.add(Vectors.hex(recorded.get(role), "ephemeral"));
        AeadCipher cipher =
                recorded.get("cipher").asText().equals("aes")
                        ? AeadCipher.AES
                        : AeadCipher.CHACHAPOLY;
        return new HandshakeMachine.Shared(
                NoiseCipher.byJdk(cipher),
                into -> System.arraycopy(drawn.remove(), 0, into, 0, into.length),
                _ -> false,
                new PeerVerifier(new StrangerDoor()));
    }

    private static LocalIdentity identity(JsonNode recorded, String role, Tick now)
            throws CertificateException {
        JsonNode vector = VectorFile.certificate(recorded.get(role).get("certificate").asText());
        return LocalIdentity.read(
                        vector.get("pem").asText(),
                        vector.get("privateKeyPem").asText(),
                        now.wall(),
                        List.of())
                .identity();
    }

    private static CaPool cas(JsonNode recorded, Tick now) throws CertificateException {
        return CaPool.read(recorded.get("caPem").asText(), Blocklist.EMPTY, now.wall()).pool();
    }

    private static int index(JsonNode recorded, String role) {
        return (int) recorded.get(role).get("index").asLong();
    }

    private static Bytes datagram(JsonNode recorded, String field) {
        return Bytes.owning(Vectors.hex(recorded, field));
    }

    /** When the message was written. */
    private static Tick timeOf(JsonNode recorded, String payload) {
        Bytes encoded = Bytes.owning(Vectors.hex(recorded, payload));
        HandshakePayload.Decoded decoded =
                payload.equals("payload1")
                        ? HandshakePayload.decodeMessage1(encoded)
                        : HandshakePayload.decodeMessage2(encoded);
        long nanos = ((HandshakePayload.Decoded.Valid) decoded).payload().time();
        return new Tick(0, Instant.ofEpochSecond(0, nanos));
    }

    private static void assertKeys(
            Established done, JsonNode recorded, String sending, String receiving) {
        assertThat(done.keys().sending()).isEqualTo(Vectors.hex(recorded, sending));
        assertThat(done.keys().receiving()).isEqualTo(Vectors.hex(recorded, receiving));
        assertThat(done.keys().handshakeHash().hex())
                .isEqualTo(recorded.get("handshakeHash").asText());
    }
}
