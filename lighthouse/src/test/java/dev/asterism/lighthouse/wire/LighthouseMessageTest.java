package dev.asterism.lighthouse.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.sim.FuzzSeed;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class LighthouseMessageTest {

    private static final String UNPACKED = "UNPACKED";
    private static final String NOBODY = "";

    /** old_vpn_addr 10.50.0.2. */
    private static final String OVERLAY = "088280c851";

    @TestFactory
    Stream<DynamicTest> readsWhatTheVectorsSay() {
        return vectors()
                .map(v -> DynamicTest.dynamicTest(nameOf(v), () -> assertFields(v, decode(v))));
    }

    @TestFactory
    Stream<DynamicTest> writesWhatItReadByteForByte() {
        return vectors()
                .filter(v -> !v.path("what").asText().contains(UNPACKED))
                .map(
                        v ->
                                DynamicTest.dynamicTest(
                                        nameOf(v),
                                        () ->
                                                assertThat(
                                                                HexFormat.of()
                                                                        .formatHex(
                                                                                decode(v).encode()))
                                                        .isEqualTo(v.path("hex").asText())));
    }

    @Test
    void vectorsCoverBothFormsAndThreeVersions() {
        assertThat(vectors().map(v -> decode(v).form()).distinct())
                .containsExactlyInAnyOrder(AddressForm.V1, AddressForm.V2);
        assertThat(vectors().map(v -> v.path("version").asText()).distinct())
                .contains("1.6.1", "1.11.1", "1.12.0");
    }

    @Test
    void readsAnOldMessageWithIpv4FieldsOnly() {
        assertThat(decoded("08021210088280c851120908878480800c109221"))
                .isEqualTo(
                        LighthouseMessage.of(
                                MessageKind.HOST_QUERY_REPLY,
                                AddressForm.V1,
                                Ip.of("10.50.0.2"),
                                List.of(UnderlayAddr.of("192.0.2.7:4242")),
                                List.of()));
    }

    @Test
    void everyTruncationIsRefusedOrAMessage() {
        vectors()
                .forEach(
                        v -> {
                            byte[] whole = HexFormat.of().parseHex(v.path("hex").asText());
                            for (int length = 0; length < whole.length; length++) {
                                decodeAndEncode(Bytes.copyOf(whole, 0, length));
                            }
                        });
        assertThat(decodedOrNull("08011205088280")).isNull();
    }

    @Test
    void mutationsNeverThrow() {
        Random random = new Random(FuzzSeed.of(42));
        List<JsonNode> all = vectors().toList();
        for (int round = 0; round < 50_000; round++) {
            byte[] bytes =
                    HexFormat.of()
                            .parseHex(all.get(random.nextInt(all.size())).path("hex").asText());
            int changes = 1 + random.nextInt(4);
            for (int i = 0; i < changes; i++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            decodeAndEncode(Bytes.owning(bytes));
        }
    }

    @Test
    void ignoresKindsNobodyKnows() {
        assertThat(decodedOrNull(message(11, NOBODY))).isNull();
        assertThat(decodedOrNull("08ffffffff0f1200")).isNull();
    }

    @Test
    void refusesWhatLacksItsSubject() {
        assertThat(decodedOrNull("0801")).as("no details").isNull();
        assertThat(decodedOrNull(message(1, NOBODY))).as("query about nobody").isNull();
        assertThat(decodedOrNull(message(2, NOBODY))).as("reply about nobody").isNull();
        assertThat(decodedOrNull(message(5, NOBODY))).as("punch towards nobody").isNull();
        assertThat(decodedOrNull(message(3, NOBODY))).as("update without a name").isNotNull();
        assertThat(decodedOrNull(message(10, NOBODY))).as("acknowledgement").isNotNull();
    }

    @Test
    void skipsUnknownFieldsButNotKnownOnesOfAnotherType() {
        assertThat(decodedOrNull(message(1, OVERLAY + "4a0100"))).as("field 9").isNotNull();
        assertThat(decodedOrNull(message(1, OVERLAY + "a00605"))).as("field 100").isNotNull();
        assertThat(decodedOrNull(message(1, OVERLAY) + "1a0100")).as("hmac").isNotNull();
        assertThat(decodedOrNull(message(1, OVERLAY + "1005"))).as("v4 as number").isNull();
        assertThat(decodedOrNull(message(1, OVERLAY) + "1001")).as("details as number").isNull();
        assertThat(decodedOrNull(message(1, "0a00"))).as("overlay as bytes").isNull();
        assertThat(decodedOrNull(message(1, OVERLAY + "4c"))).as("end of a group").isNull();
    }

    @Test
    void cutsPortsTo16BitsAndUnmapsIpv6() {
        LighthouseMessage cut = decoded(message(3, "1206" + "0801" + "1092a104"));
        assertThat(cut.ipv4()).containsExactly(new UnderlayAddr(Ip.of("0.0.0.1"), 0x1092));

        LighthouseMessage mapped = decoded(message(3, "220a" + "108180c8d1f0ff3f" + "1801"));
        assertThat(mapped.ipv6()).containsExactly(UnderlayAddr.of("10.50.0.1:1"));
    }

    @Test
    void theOldFormWinsAndRelaysOfBothAreJoined() {
        LighthouseMessage message =
                decoded(
                        message(
                                2,
                                OVERLAY
                                        + "3a08108480c8d1f0ff3f"
                                        + "3208108380c8d1f0ff3f"
                                        + "288380c851"));

        assertThat(message.form()).isEqualTo(AddressForm.V1);
        assertThat(message.overlay()).isEqualTo(Ip.of("10.50.0.2"));
        assertThat(message.relays()).containsExactly(Ip.of("10.50.0.3"), Ip.of("10.50.0.4"));
    }

    @Test
    void theOldFormCannotNameIpv6AndLeavesIpv6RelaysOut() {
        assertThatThrownBy(
                        () ->
                                LighthouseMessage.of(
                                        MessageKind.HOST_QUERY, AddressForm.V1, Ip.of("fd50::2")))
                .isInstanceOf(IllegalArgumentException.class);
        LighthouseMessage reply =
                LighthouseMessage.of(
                        MessageKind.HOST_QUERY_REPLY,
                        AddressForm.V1,
                        Ip.of("10.50.0.2"),
                        List.of(),
                        List.of(Ip.of("fd50::3"), Ip.of("10.50.0.3")));

        assertThat(decoded(HexFormat.of().formatHex(reply.encode())).relays())
                .containsExactly(Ip.of("10.50.0.3"));
    }

    private static void decodeAndEncode(Bytes bytes) {
        LighthouseMessage message = LighthouseMessage.decode(bytes);
        if (message != null) {
            LighthouseMessage again = decoded(HexFormat.of().formatHex(message.encode()));
            assertThat(again.overlay()).isEqualTo(message.overlay());
            assertThat(again.addresses()).isEqualTo(message.addresses());
        }
    }

    private static void assertFields(JsonNode vector, LighthouseMessage message) {
        JsonNode fields = vector.path("fields");
        assertThat(message.kind().metricName()).isEqualTo(fields.path("type").asText());
        String about =
                fields.path("old_vpn").isTextual()
                        ? fields.path("old_vpn").asText()
                        : fields.path("vpn").asText("");
        Ip overlay = message.overlay();
        assertThat(overlay == null ? "" : overlay.toString())
                .isEqualTo(about.equals("null") ? "" : about);
        assertThat(message.ipv4()).isEqualTo(addresses(fields.path("v4")));
        assertThat(message.ipv6()).isEqualTo(addresses(fields.path("v6")));
        List<String> relays = new ArrayList<>();
        fields.path("old_relays").forEach(r -> relays.add(r.asText()));
        fields.path("relays").forEach(r -> relays.add(r.asText()));
        assertThat(message.relays().stream().map(Ip::toString)).isEqualTo(relays);
    }

    private static List<UnderlayAddr> addresses(JsonNode pairs) {
        List<UnderlayAddr> addresses = new ArrayList<>();
        pairs.forEach(
                p -> addresses.add(new UnderlayAddr(Ip.of(p.get(0).asText()), p.get(1).asInt())));
        return addresses;
    }

    private static LighthouseMessage decode(JsonNode vector) {
        return decoded(vector.path("hex").asText());
    }

    private static LighthouseMessage decoded(String hex) {
        return Objects.requireNonNull(decodedOrNull(hex), hex);
    }

    private static @Nullable LighthouseMessage decodedOrNull(String hex) {
        return LighthouseMessage.decode(Bytes.ofHex(hex));
    }

    /** NebulaMeta with the given details, both short. */
    private static String message(int kind, String details) {
        return HexFormat.of()
                        .formatHex(new byte[] {8, (byte) kind, 0x12, (byte) (details.length() / 2)})
                + details;
    }

    private static String nameOf(JsonNode vector) {
        return vector.path("scenario").asText("model")
                + " "
                + vector.path("version").asText("")
                + " "
                + vector.path("what").asText();
    }

    private static Stream<JsonNode> vectors() {
        return Stream.of("messages.json", "recorded.json")
                .flatMap(
                        name -> {
                            List<JsonNode> nodes = new ArrayList<>();
                            read(name).forEach(nodes::add);
                            return nodes.stream();
                        });
    }

    private static JsonNode read(String name) {
        try (InputStream in = LighthouseMessageTest.class.getResourceAsStream("/vectors/" + name)) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new IllegalStateException(name, e);
        }
    }
}
