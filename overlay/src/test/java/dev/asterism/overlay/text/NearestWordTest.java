package dev.asterism.overlay.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestWordTest {

    @Test
    void findsTheWordThatWasMisspelt() {
        List<String> words = List.of("keygen", "-out-key", "run", "verify");

        assertThat(NearestWord.of("runn", words)).isEqualTo("run");
        assertThat(NearestWord.of("vreify", words)).isEqualTo("verify");
        assertThat(NearestWord.of("out_key", words)).isEqualTo("-out-key");
    }

    @Test
    void suggestsNothingForWordsFarFromAll() {
        assertThat(NearestWord.of("ab", List.of("cd", "port"))).isEmpty();
        assertThat(NearestWord.of("x".repeat(100_000), List.of("port"))).isEmpty();
        assertThat(NearestWord.distance("kitten", "sitting")).isEqualTo(3);
    }
}
