package dev.asterism.overlay.noise;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.noise.MessageRead.Read;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The handshakes of our own specification, every byte of them (conformance A3.8). */
class TraceTest {

    private static final int HEADER = 16;

    @TestFactory
    List<DynamicTest> bothEndsGiveTheBytesOfTheTrace() {
        List<DynamicTest> tests = new ArrayList<>();
        JsonNode all = Vectors.json("deterministic/handshakes.json.gz").get("handshakes");
        all.properties()
                .forEach(
                        e ->
                                tests.add(
                                        DynamicTest.dynamicTest(
                                                e.getKey(), () -> run(e.getValue()))));
        assertThat(tests).hasSize(8);
        return tests;
    }

    @TestFactory
    List<DynamicTest> everyTokenLeavesTheStateOfTheTrace() {
        List<DynamicTest> tests = new ArrayList<>();
        JsonNode all = Vectors.json("deterministic/handshakes.json.gz").get("handshakes");
        all.properties()
                .forEach(
                        e ->
                                tests.add(
                                        DynamicTest.dynamicTest(
                                                e.getKey(), () -> trace(e.getValue()))));
        return tests;
    }

    @TestFactory
    List<DynamicTest> framesAreSealedAndOpened() {
        List<DynamicTest> tests = new ArrayList<>();
        JsonNode all = Vectors.json("deterministic/handshakes.json.gz").get("handshakes");
        all.properties()
                .forEach(
                        e ->
                                tests.add(
                                        DynamicTest.dynamicTest(
                                                e.getKey(), () -> frames(e.getValue()))));
        return tests;
    }

    private static void run(JsonNode handshake) {
        NoiseSuite suite = Frames.suite(handshake);
        assertThat(suite.protocolName()).isEqualTo(handshake.get("noiseName").asText());
        IxHandshake initiator =
                IxHandshake.initiator(
                        suite,
                        keys(handshake, "initiator", "static"),
                        keys(handshake, "initiator", "ephemeral"));
        IxHandshake responder =
                IxHandshake.responder(
                        suite,
                        keys(handshake, "responder", "static"),
                        keys(handshake, "responder", "ephemeral"));

        byte[] message1 = initiator.writeMessage1(Vectors.hex(handshake, "payload1"));
        assertThat(message1).isEqualTo(Vectors.hex(handshake, "message1"));
        assertThat(message1).isEqualTo(body(handshake, "packet1"));
        assertThat(responder.readMessage1(message1))
                .isEqualTo(
                        new Read(
                                bytes(handshake, "payload1"),
                                bytes(handshake.get("initiator"), "staticPublic")));

        byte[] message2 = responder.writeMessage2(Vectors.hex(handshake, "payload2"));
        assertThat(message2).isEqualTo(Vectors.hex(handshake, "message2"));
        assertThat(message2).isEqualTo(body(handshake, "packet2"));
        assertThat(initiator.readMessage2(message2 == null ? new byte[0] : message2))
                .isEqualTo(
                        new Read(
                                bytes(handshake, "payload2"),
                                bytes(handshake.get("responder"), "staticPublic")));

        SessionKeys ours = initiator.split();
        SessionKeys theirs = responder.split();
        assertThat(ours.sending()).isEqualTo(Vectors.hex(handshake, "keyInitiatorToResponder"));
        assertThat(ours.receiving()).isEqualTo(Vectors.hex(handshake, "keyResponderToInitiator"));
        assertThat(theirs.sending()).isEqualTo(ours.receiving());
        assertThat(theirs.receiving()).isEqualTo(ours.sending());
        assertThat(ours.handshakeHash()).isEqualTo(bytes(handshake, "handshakeHash"));
        assertThat(theirs.handshakeHash()).isEqualTo(ours.handshakeHash());
    }

    /** The responder's steps one by one, as wire.md 4.3 lists them. */
    private static void trace(JsonNode handshake) {
        Dh dh = Frames.suite(handshake).dh();
        KeyPair ephemeral = keys(handshake, "responder", "ephemeral");
        KeyPair own = keys(handshake, "responder", "static");
        Bytes peerEphemeral = bytes(handshake.get("initiator"), "ephemeralPublic");
        Bytes peerStatic = bytes(handshake.get("initiator"), "staticPublic");
        SymmetricState state = new SymmetricState(Frames.suite(handshake));
        List<String> states = new ArrayList<>();
        states.add(show("init", state));
        state.mixHash(peerEphemeral.toArray());
        state.encryptAndHash(peerStatic.toArray());
        state.encryptAndHash(Vectors.hex(handshake, "payload1"));
        states.add(show("after msg1", state));
        state.mixHash(ephemeral.publicKey().toArray());
        state.mixKey(secret(dh, ephemeral, peerEphemeral));
        states.add(show("ee", state));
        state.mixKey(secret(dh, ephemeral, peerStatic));
        states.add(show("se", state));
        state.encryptAndHash(own.publicKey().toArray());
        states.add(show("s", state));
        state.mixKey(secret(dh, own, peerEphemeral));
        states.add(show("es", state));
        state.encryptAndHash(Vectors.hex(handshake, "payload2"));
        states.add(show("after msg2", state));

        List<String> expected = new ArrayList<>();
        for (JsonNode step : handshake.get("responderTrace")) {
            expected.add(
                    step.get("after").asText()
                            + " h="
                            + step.get("h").asText()
                            + " ck="
                            + step.get("ck").asText()
                            + " k="
                            + step.get("k").asText(""));
        }
        assertThat(states).containsExactlyElementsOf(expected);
    }

    private static void frames(JsonNode handshake) {
        Frames frames = new Frames(handshake);
        JsonNode all = handshake.get("frames");
        assertThat(all).hasSize(9);
        for (JsonNode frame : all) {
            byte[] key = Vectors.hex(frame, "key");
            byte[] packet = Vectors.hex(frame, "packet");
            byte[] plaintext = Vectors.hex(frame, "plaintext");
            assertThat(frames.open(key, packet)).isEqualTo(plaintext);
            assertThat(frames.seal(key, Arrays.copyOf(packet, HEADER), plaintext))
                    .isEqualTo(packet);
        }
        JsonNode relay = handshake.get("relay");
        byte[] key = Vectors.hex(relay, "key");
        byte[] packet = Vectors.hex(relay, "packet");
        assertThat(frames.openRelay(key, packet)).isEqualTo(Vectors.hex(relay, "inner"));
        byte[] clear = Vectors.hex(relay.get("outerHeader").asText() + relay.get("inner").asText());
        assertThat(frames.seal(key, clear, new byte[0])).isEqualTo(packet);
    }

    private static String show(String after, SymmetricState state) {
        return after
                + " h="
                + state.handshakeHash().hex()
                + " ck="
                + state.chainingKey().hex()
                + " k="
                + state.key().hex();
    }

    private static byte[] secret(Dh dh, KeyPair own, Bytes peer) {
        byte[] secret = dh.agree(own, peer);
        if (secret == null) {
            throw new AssertionError("no secret");
        }
        return secret;
    }

    private static KeyPair keys(JsonNode handshake, String who, String which) {
        KeyPair pair = Frames.suite(handshake).dh().keyPair(Vectors.hex(handshake.get(who), which));
        assertThat(pair.publicKey().hex())
                .isEqualTo(handshake.get(who).get(which + "Public").asText());
        return pair;
    }

    private static Bytes bytes(JsonNode object, String field) {
        return Bytes.owning(HexFormat.of().parseHex(object.get(field).asText()));
    }

    private static byte[] body(JsonNode handshake, String field) {
        byte[] packet = Vectors.hex(handshake, field);
        return Arrays.copyOfRange(packet, HEADER, packet.length);
    }
}
