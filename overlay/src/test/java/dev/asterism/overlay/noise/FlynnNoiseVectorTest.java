package dev.asterism.overlay.noise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.aead.AeadCipher;
import dev.asterism.overlay.aead.AeadProvider;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.noise.MessageRead.Read;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The published vectors of the Noise library that Nebula uses. */
class FlynnNoiseVectorTest {

    @Test
    void messagesAndFirstTransportTextsAreEqual() {
        List<Map<String, String>> cases = cases();
        assertThat(cases).hasSize(4);
        cases.forEach(FlynnNoiseVectorTest::check);
    }

    private static void check(Map<String, String> test) {
        NoiseSuite suite =
                NoiseSuite.byJdk(
                        Dh.x25519(),
                        field(test, "handshake").contains("AESGCM")
                                ? AeadCipher.AES
                                : AeadCipher.CHACHAPOLY);
        assertThat(suite.protocolName()).isEqualTo(field(test, "handshake"));
        IxHandshake initiator =
                IxHandshake.initiator(
                        suite, keys(test, "init_static"), keys(test, "gen_init_ephemeral"));
        IxHandshake responder =
                IxHandshake.responder(
                        suite, keys(test, "resp_static"), keys(test, "gen_resp_ephemeral"));
        byte[] payload1 = hex(test, "msg_0_payload");
        byte[] payload2 = hex(test, "msg_1_payload");

        byte[] message1 = initiator.writeMessage1(payload1);
        assertThat(message1).isEqualTo(hex(test, "msg_0_ciphertext"));
        assertThat(responder.readMessage1(message1))
                .isEqualTo(new Read(Bytes.owning(payload1), keys(test, "init_static").publicKey()));
        assertThat(responder.writeMessage2(payload2)).isEqualTo(hex(test, "msg_1_ciphertext"));
        assertThat(initiator.readMessage2(hex(test, "msg_1_ciphertext")))
                .isEqualTo(new Read(Bytes.owning(payload2), keys(test, "resp_static").publicKey()));

        SessionKeys ours = initiator.split();
        SessionKeys theirs = responder.split();
        AeadProvider cipher = suite.cipher().provider();
        assertThat(sealFirst(cipher, ours.sending(), hex(test, "msg_2_payload")))
                .isEqualTo(hex(test, "msg_2_ciphertext"));
        assertThat(sealFirst(cipher, theirs.sending(), hex(test, "msg_3_payload")))
                .isEqualTo(hex(test, "msg_3_ciphertext"));
        assertThat(theirs.receiving()).isEqualTo(ours.sending());
        assertThat(ours.receiving()).isEqualTo(theirs.sending());
    }

    /** With nonce 0 and no associated data, as Noise's own transport does. */
    private static byte[] sealFirst(AeadProvider cipher, byte[] key, byte[] plaintext) {
        byte[] sealed = new byte[plaintext.length + AeadProvider.TAG_BYTES];
        cipher.context()
                .seal(
                        cipher.key(key),
                        0,
                        MemorySegment.ofArray(sealed),
                        0,
                        0,
                        MemorySegment.ofArray(plaintext),
                        0,
                        plaintext.length);
        return sealed;
    }

    private static List<Map<String, String>> cases() {
        List<Map<String, String>> cases = new ArrayList<>();
        for (String block : Vectors.text("flynn-noise/ix-25519.txt").split("\n\n")) {
            Map<String, String> fields = new LinkedHashMap<>();
            block.lines()
                    .forEach(
                            line -> {
                                int equals = line.indexOf('=');
                                fields.put(line.substring(0, equals), line.substring(equals + 1));
                            });
            cases.add(fields);
        }
        return cases;
    }

    private static String field(Map<String, String> test, String name) {
        String value = test.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no " + name);
        }
        return value;
    }

    private static byte[] hex(Map<String, String> test, String name) {
        return Vectors.hex(field(test, name));
    }

    private static KeyPair keys(Map<String, String> test, String name) {
        return Dh.x25519().keyPair(hex(test, name));
    }
}
