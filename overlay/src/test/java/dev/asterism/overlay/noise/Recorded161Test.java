package dev.asterism.overlay.noise;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.noise.MessageRead.Read;
import dev.asterism.overlay.wire.Header;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handshakes with a running nebula 1.6.1, in both roles. */
class Recorded161Test {

    @ParameterizedTest
    @ValueSource(strings = {"aes", "chachapoly"})
    void completesAsInitiatorWithWhatARealResponderSent(String cipher) {
        JsonNode recording = Vectors.json("recorded-1.6.1/" + cipher + ".json.gz");
        JsonNode exchange = recording.get("weInitiate");
        KeyPair own = Dh.x25519().keyPair(Vectors.hex(exchange, "initiatorStatic"));
        KeyPair ephemeral = Dh.x25519().keyPair(Vectors.hex(exchange, "initiatorEphemeral"));
        byte[] message1 = noise(exchange, "packet1");
        IxHandshake initiator = IxHandshake.initiator(Frames.suite(recording), own, ephemeral);

        assertThat(initiator.writeMessage1(Arrays.copyOfRange(message1, 64, message1.length)))
                .isEqualTo(message1);
        assertThat(initiator.readMessage2(noise(exchange, "packet2_real")))
                .isEqualTo(
                        new Read(
                                Bytes.owning(Vectors.hex(exchange, "payload2")),
                                publicKey(exchange, "responderCert")));

        SessionKeys keys = initiator.split();
        assertThat(keys.sending()).isEqualTo(Vectors.hex(exchange, "keyInitiatorToResponder"));
        assertThat(keys.receiving()).isEqualTo(Vectors.hex(exchange, "keyResponderToInitiator"));
        opensEveryFrame(recording, exchange, keys.sending(), keys.receiving(), 6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"aes", "chachapoly"})
    void answersARealInitiatorAndReadsItsTraffic(String cipher) {
        JsonNode recording = Vectors.json("recorded-1.6.1/" + cipher + ".json.gz");
        JsonNode exchange = recording.get("itInitiates");
        KeyPair own = Dh.x25519().keyPair(Vectors.hex(exchange, "responderStatic"));
        KeyPair ephemeral = Dh.x25519().keyPair(Vectors.hex(exchange, "responderEphemeral"));
        IxHandshake responder = IxHandshake.responder(Frames.suite(recording), own, ephemeral);

        assertThat(responder.readMessage1(noise(exchange, "packet1_real")))
                .isEqualTo(
                        new Read(
                                Bytes.owning(Vectors.hex(exchange, "payload1")),
                                publicKey(exchange, "initiatorCert")));
        byte[] message2 = noise(exchange, "packet2");
        byte[] answer = responder.writeMessage2(new byte[message2.length - 32 - 48 - 16]);

        // The payload of this message 2 was not recorded, so only what stands before it is
        // compared.
        assertThat(Arrays.copyOf(answer, 80)).isEqualTo(Arrays.copyOf(message2, 80));
        SessionKeys keys = responder.split();
        assertThat(keys.receiving()).isEqualTo(Vectors.hex(exchange, "keyInitiatorToResponder"));
        assertThat(keys.sending()).isEqualTo(Vectors.hex(exchange, "keyResponderToInitiator"));
        opensEveryFrame(recording, exchange, keys.receiving(), keys.sending(), 2);
    }

    private static void opensEveryFrame(
            JsonNode recording,
            JsonNode exchange,
            byte[] fromInitiator,
            byte[] fromResponder,
            int count) {
        Frames frames = new Frames(recording);
        assertThat(exchange.get("frames")).hasSize(count);
        for (JsonNode frame : exchange.get("frames")) {
            boolean initiatorSent = frame.get("direction").asText().startsWith("initiator");
            byte[] packet = Vectors.hex(frame, "packet");
            byte[] plaintext = Vectors.hex(frame, "plaintext");
            byte[] key = initiatorSent ? fromInitiator : fromResponder;
            assertThat(frames.open(key, packet)).isEqualTo(plaintext);
            assertThat(frames.seal(key, Arrays.copyOf(packet, Header.LENGTH), plaintext))
                    .isEqualTo(packet);
        }
    }

    private static byte[] noise(JsonNode exchange, String field) {
        byte[] packet = Vectors.hex(exchange, field);
        return Arrays.copyOfRange(packet, Header.LENGTH, packet.length);
    }

    private static Bytes publicKey(JsonNode exchange, String field) {
        String file = "nebula-cert-1.6.1/" + exchange.get(field).asText() + ".key";
        return Bytes.ofHex(Vectors.json("static-keys.json").get(file).get("public").asText());
    }
}
