package dev.asterism.overlay.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.relay.RelayMessage.Form;
import dev.asterism.overlay.relay.RelayMessage.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What real nodes of three versions asked relays and were answered; the folder relay of the
 * resources says where it comes from.
 */
class RecordedRelayMessageTest {

    @TestFactory
    Stream<DynamicTest> isReadAndWrittenAsTheRealNodesDid() {
        return recorded().stream()
                .map(
                        message ->
                                DynamicTest.dynamicTest(
                                        message.path("scenario").asText()
                                                + " "
                                                + message.path("hex").asText(),
                                        () -> assertSame(message)));
    }

    @Test
    void coversBothFormsBothFamiliesAndThreeVersions() {
        assertThat(recorded().stream().map(m -> m.path("version").asText()))
                .contains("1.6.1", "1.11.1", "1.12.0");
        assertThat(recorded().stream().map(RecordedRelayMessageTest::decoded))
                .anyMatch(m -> m.form() == Form.V1)
                .anyMatch(m -> m.form() == Form.V2 && m.to().isIpv4())
                .anyMatch(m -> m.from().isIpv4() && !m.to().isIpv4())
                .anyMatch(m -> m.kind() == Kind.RESPONSE && !m.to().isIpv4());
    }

    private static void assertSame(JsonNode message) {
        JsonNode fields = message.path("fields");
        RelayMessage expected =
                new RelayMessage(
                        fields.path("type").asInt() == 1 ? Kind.REQUEST : Kind.RESPONSE,
                        fields.path("form").asText().equals("v1") ? Form.V1 : Form.V2,
                        (int) fields.path("init").asLong(),
                        (int) fields.path("resp").asLong(),
                        Ip.of(fields.path("frm").asText()),
                        Ip.of(fields.path("to").asText()));

        assertThat(decoded(message)).isEqualTo(expected);
        assertThat(HexFormat.of().formatHex(expected.encode()))
                .isEqualTo(message.path("hex").asText());
    }

    private static RelayMessage decoded(JsonNode message) {
        Bytes payload = Bytes.ofHex(message.path("hex").asText());
        return Objects.requireNonNull(RelayMessage.decode(payload));
    }

    private static List<JsonNode> recorded() {
        try (InputStream in =
                Objects.requireNonNull(
                        RecordedRelayMessageTest.class.getResourceAsStream(
                                "/relay/recorded.json"))) {
            List<JsonNode> all = new ArrayList<>();
            new ObjectMapper().readTree(in).forEach(all::add);
            return all;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
