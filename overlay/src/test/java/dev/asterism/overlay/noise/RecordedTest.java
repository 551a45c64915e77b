package dev.asterism.overlay.noise;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.asterism.overlay.aead.AeadProvider;
import dev.asterism.overlay.noise.MessageRead.Read;
import dev.asterism.overlay.wire.Header;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What real nodes of 1.12.0, 1.11.1 and 1.6.1 said: both messages recomputed, every packet opened. */
class RecordedTest {

    private final Map<String, KeyPair> staticKeys = new LinkedHashMap<>();
    private final List<JsonNode> sessions = new ArrayList<>();
    private final Map<String, Message> messages = new LinkedHashMap<>();
    private JsonNode scenario = Vectors.json("static-keys.json");
    private int opened;
    private int recomputed;

    /** A handshake message on the wire and the payload in it. */
    private static final class Message {
        private final byte[] noise;
        private final byte[] payload;

        Message(byte[] packet, byte[] payload) {
            this.noise = Arrays.copyOfRange(packet, Header.LENGTH, packet.length);
            this.payload = payload;
        }
    }

    RecordedTest() {
        for (JsonNode pair : Vectors.json("static-keys.json")) {
            String publicKey = pair.get("public").asText();
            Dh dh = publicKey.length() == 2 * P256.POINT_BYTES ? Dh.p256() : Dh.x25519();
            staticKeys.put(publicKey, dh.keyPair(Vectors.hex(pair, "private")));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "pair-v1-25519-aes, 2",
        "pair-v1-25519-chachapoly, 2",
        "lighthouse-v1, 6",
        "relay-v1, 6",
        "simultaneous-v1-v1, 4",
        "mixed-both-both-1-1, 2",
        "pair-v2-25519-aes, 2",
        "pair-v1-p256-aes, 2",
        "pair-v2-p256-aes, 2",
        "pair-v2-p256-chachapoly, 2",
        "mixed-both-both-1-2, 2",
        "mixed-both-to-v2only, 4",
        "mixed-v2only-to-both, 2",
        "relay-v2-p256, 6",
        "simultaneous-both-mixed, 4",
        "renewal-v1-to-v2, 4",
        "client-1.11.1-pair-v2-p256-chachapoly, 1",
        "hub-1.11.1-pair-v1-25519-chachapoly, 1",
        "old-client-aes, 1",
        "old-client-chachapoly, 1",
        "old-lighthouse-aes, 1",
        "old-relay-v1, 4",
    })
    void everyByteIsExplained(String name, int knownEphemerals) {
        List<JsonNode> lines = Vectors.jsonLines("recorded-1.12.0/" + name + ".jsonl.gz");
        scenario = lines.getFirst();
        scenario.get("sessions").forEach(sessions::add);
        List<JsonNode> datagrams = lines.subList(1, lines.size());
        for (JsonNode datagram : datagrams) {
            collectMessages(datagram, Vectors.hex(datagram, "hex"));
        }

        sessions.forEach(this::recompute);
        int sealedPackets = 0;
        for (JsonNode datagram : datagrams) {
            sealedPackets += check(datagram, Vectors.hex(datagram, "hex"));
        }

        assertThat(recomputed).isEqualTo(knownEphemerals);
        assertThat(opened).isEqualTo(sealedPackets).isPositive();
    }

    private void collectMessages(JsonNode record, byte[] packet) {
        if (record.has("inner")) {
            collectMessages(record.get("inner"), innerOf(packet));
        }
        String what = record.get("what").asText();
        if (what.startsWith("handshake message") && record.has("payload")) {
            JsonNode fields = record.get("fields");
            String index = fields.get("initiatorIndex").asText();
            boolean first = what.endsWith("1");
            messages.put(
                    first ? index : index + "/" + fields.get("responderIndex").asText(),
                    new Message(packet, Vectors.hex(record, "payload")));
        }
    }

    private void recompute(JsonNode session) {
        String index = session.get("initiatorIndex").asText();
        Message message1 = message(index);
        Message message2 = message(index + "/" + session.get("responderIndex").asText());
        NoiseSuite suite = Frames.suite(scenario);
        JsonNode ephemeral = session.path("initiatorEphemeral");
        if (!ephemeral.asText().isEmpty()) {
            IxHandshake initiator =
                    IxHandshake.initiator(suite, own(session, "initiator"), keys(ephemeral));
            assertThat(initiator.writeMessage1(message1.payload)).isEqualTo(message1.noise);
            assertThat(payload(initiator.readMessage2(message2.noise))).isEqualTo(message2.payload);
            check(session, initiator.split(), "keyInitiatorToResponder", "keyResponderToInitiator");
        }
        ephemeral = session.path("responderEphemeral");
        if (!ephemeral.asText().isEmpty()) {
            IxHandshake responder =
                    IxHandshake.responder(suite, own(session, "responder"), keys(ephemeral));
            assertThat(payload(responder.readMessage1(message1.noise))).isEqualTo(message1.payload);
            assertThat(responder.writeMessage2(message2.payload)).isEqualTo(message2.noise);
            check(session, responder.split(), "keyResponderToInitiator", "keyInitiatorToResponder");
        }
    }

    private void check(JsonNode session, SessionKeys keys, String sending, String receiving) {
        assertThat(keys.sending()).isEqualTo(Vectors.hex(session, sending));
        assertThat(keys.receiving()).isEqualTo(Vectors.hex(session, receiving));
        assertThat(keys.handshakeHash().hex()).isEqualTo(session.get("handshakeHash").asText());
        recomputed++;
    }

    /** Opens the packet and what is in it; returns how many there were to open. */
    private int check(JsonNode record, byte[] packet) {
        if (!record.has("session") || record.get("session").isNull()) {
            return 0;
        }
        Frames frames = new Frames(scenario);
        byte[] key = keyOf(record, packet);
        if (!record.has("inner")) {
            assertThat(frames.open(key, packet)).isEqualTo(Vectors.hex(record, "plaintext"));
            opened++;
            return 1;
        }
        byte[] inner = frames.openRelay(key, packet);
        assertThat(inner).isEqualTo(innerOf(packet));
        opened++;
        return 1 + check(record.get("inner"), innerOf(packet));
    }

    private byte[] keyOf(JsonNode record, byte[] packet) {
        long initiatorIndex = record.get("session").get(0).asLong();
        long responderIndex = record.get("session").get(1).asLong();
        JsonNode session =
                sessions.stream()
                        .filter(
                                s ->
                                        s.get("initiatorIndex").asLong() == initiatorIndex
                                                && s.get("responderIndex").asLong()
                                                        == responderIndex)
                        .findFirst()
                        .orElseThrow();
        long index = Integer.toUnsignedLong(Header.remoteIndex(MemorySegment.ofArray(packet), 0));
        boolean fromInitiator =
                record.has("inner")
                        ? record.get("sender").asText().equals(session.get("initiator").asText())
                        : index == responderIndex;
        return Vectors.hex(
                session, fromInitiator ? "keyInitiatorToResponder" : "keyResponderToInitiator");
    }

    private Message message(String key) {
        Message message = messages.get(key);
        if (message == null) {
            throw new AssertionError("no handshake message " + key + " among " + messages.keySet());
        }
        return message;
    }

    private KeyPair own(JsonNode session, String role) {
        JsonNode node = scenario.get("nodes").get(session.get(role).asText());
        KeyPair pair = staticKeys.get(node.get("staticPublic").asText());
        if (pair == null) {
            throw new AssertionError("no static key of " + node);
        }
        return pair;
    }

    private static byte[] payload(MessageRead outcome) {
        return ((Read) outcome).payload().toArray();
    }

    private KeyPair keys(JsonNode hex) {
        return Frames.suite(scenario).dh().keyPair(Vectors.hex(hex.asText()));
    }

    private static byte[] innerOf(byte[] packet) {
        return Arrays.copyOfRange(packet, Header.LENGTH, packet.length - AeadProvider.TAG_BYTES);
    }
}
