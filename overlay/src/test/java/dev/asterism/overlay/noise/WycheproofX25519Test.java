package dev.asterism.overlay.noise;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.asterism.overlay.io.Bytes;
import java.util.List;
import org.junit.jupiter.api.Test;

class WycheproofX25519Test {

    /** "acceptable" covers odd encodings, which RFC 7748 takes, and all-zero secrets, which Noise refuses. */
    @Test
    void agreesWithEveryVerdictAndRefusesZeroSecrets() {
        List<JsonNode> tests = Vectors.wycheproof("x25519");
        assertThat(tests).hasSize(518);
        int refused = 0;
        for (JsonNode test : tests) {
            KeyPair own = Dh.x25519().keyPair(Vectors.hex(test, "private"));
            byte[] expected = Vectors.hex(test, "shared");

            byte[] secret = Dh.x25519().agree(own, Bytes.owning(Vectors.hex(test, "public")));

            String name = test.get("tcId").asText() + " " + test.get("comment").asText();
            if (test.get("result").asText().equals("acceptable")
                    && Bytes.owning(expected).equals(Bytes.owning(new byte[32]))) {
                assertThat(secret).as(name).isNull();
                refused++;
            } else {
                assertThat(test.get("result").asText()).as(name).isNotEqualTo("invalid");
                assertThat(secret).as(name).isEqualTo(expected);
            }
        }
        assertThat(refused).isPositive();
    }
}
