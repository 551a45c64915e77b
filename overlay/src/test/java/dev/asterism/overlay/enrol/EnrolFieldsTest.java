package dev.asterism.overlay.enrol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.overlay.io.Bytes;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnrolFieldsTest {

    private static EnrolFields parse(String text) throws EnrolException {
        return EnrolFields.parse(Bytes.owning(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Test
    void readsWhatItWrote() throws EnrolException {
        EnrolFields sent =
                new EnrolFields()
                        .with("error", "a=b, c")
                        .with("id", Bytes.ofHex("00ff10"))
                        .withLines("pem", "one\ntwo\n");

        EnrolFields read = EnrolFields.parse(sent.encode());

        assertThat(read.text("error")).isEqualTo("a=b, c");
        assertThat(read.bytes("id", 3)).isEqualTo(Bytes.ofHex("00ff10"));
        assertThat(read.lines("pem", 8)).isEqualTo("one\ntwo\n");
    }

    @Test
    void keepsAValueOnItsLine() throws EnrolException {
        EnrolFields sent = new EnrolFields().with("error", "x\nsecret=1\r\u001b[2J\u00e9");

        EnrolFields read = EnrolFields.parse(sent.encode());

        assertThat(read.has("secret")).isFalse();
        assertThat(read.text("error")).isEqualTo("x?secret=1??[2J?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a=1",
                "a=1\na=2\n",
                "A=1\n",
                "=1\n",
                "a b=1\n",
                "a=\u0001\n",
                "a=\u00e9\n",
                "a=1\r\n",
                "\n",
                "aaaaaaaaaaaaaaaaaaaaaaaaa=1\n"
            })
    void refusesWhatIsNoMessage(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(EnrolException.class);
    }

    @Test
    void boundsFieldsAndBytes() {
        StringBuilder many = new StringBuilder();
        for (char c = 'a'; c < 'a' + 17; c++) {
            many.append(c).append("=1\n");
        }
        assertThatThrownBy(() -> parse(many.toString())).hasMessageContaining("16 fields");
        assertThatThrownBy(() -> parse("a=" + "x".repeat(EnrolFields.MAX_BYTES) + "\n"))
                .hasMessageContaining("bytes");
        assertThatThrownBy(() -> parse("a=AAAAAAAA\n").bytes("a", 5))
                .hasMessageContaining("too long");
        assertThatThrownBy(() -> parse("a=!!\n").bytes("a", 5)).hasMessageContaining("base64");
        assertThatThrownBy(() -> parse("a=1\n").text("b")).hasMessageContaining("field b");
    }
}
