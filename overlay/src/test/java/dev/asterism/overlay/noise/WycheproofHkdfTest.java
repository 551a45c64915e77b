package dev.asterism.overlay.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class WycheproofHkdfTest {

    @Test
    void agreesWithEveryVerdict() {
        check();
    }

    /** By whoever calculates digests at the moment. */
    static void check() {
        List<JsonNode> tests = Vectors.wycheproof("hkdf_sha256");
        assertThat(tests).hasSize(86);
        for (JsonNode test : tests) {
            String name = test.get("tcId").asText() + " " + test.get("comment").asText();
            byte[] key = Hkdf.extract(Vectors.hex(test, "salt"), Vectors.hex(test, "ikm"));
            byte[] info = Vectors.hex(test, "info");
            int size = test.get("size").asInt();
            if (test.get("result").asText().equals("valid")) {
                assertThat(Hkdf.expand(key, info, size))
                        .as(name)
                        .isEqualTo(Vectors.hex(test, "okm"));
            } else {
                assertThatThrownBy(() -> Hkdf.expand(key, info, size))
                        .as(name)
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }
}
