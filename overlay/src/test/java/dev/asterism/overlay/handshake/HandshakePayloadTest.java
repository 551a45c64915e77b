package dev.asterism.overlay.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.UnknownFieldSet;
import dev.asterism.overlay.handshake.HandshakePayload.Decoded;
import dev.asterism.overlay.handshake.HandshakePayload.Decoded.Invalid;
import dev.asterism.overlay.handshake.HandshakePayload.Decoded.Valid;
import dev.asterism.overlay.handshake.HandshakePayload.Reason;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.noise.Vectors;
import dev.asterism.sim.FuzzSeed;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Conformance A3.4 and A3.7. */
class HandshakePayloadTest {

    private static final HandshakePayload FULL =
            new HandshakePayload(Bytes.ofHex("c0ffee"), 1, 0x80000001, 1_700_000_000_000L, 2);

    /** Nebula 1.6.1 sends no cert_version; newer ones and ours send it with v1 as well. */
    @Test
    void knowsRecentSendersByTheCertificateVersion() {
        Bytes cert = Bytes.ofHex("c0ffee");

        assertThat(new HandshakePayload(cert, 300, 0, 5, 0).isOfRecentSender()).isFalse();
        assertThat(new HandshakePayload(cert, 300, 0, 5, 1).isOfRecentSender()).isTrue();
    }

    @Test
    void writesAscendingFieldsWithoutZeros() {
        HandshakePayload message1 = new HandshakePayload(Bytes.ofHex("c0ffee"), 300, 0, 5, 1);

        assertThat(HexFormat.of().formatHex(message1.encode()))
                .isEqualTo("0a0c" + "0a03c0ffee" + "10ac02" + "2805" + "4001");
        assertThat(HexFormat.of().formatHex(FULL.encode()))
                .isEqualTo(
                        "0a16"
                                + "0a03c0ffee"
                                + "1001"
                                + "188180808008"
                                + "2880d095ffbc31"
                                + "4002");
    }

    /** Field 16723, a varint, behind everything that Nebula writes. */
    @Test
    void putsExtensionsBehindUnchangedBytes() {
        byte[] plain = FULL.encode();

        assertThat(HexFormat.of().formatHex(extended(1).encode()))
                .isEqualTo(HexFormat.of().formatHex(plain) + "989508" + "01");
        assertThat(extended(0).encode()).isEqualTo(plain);
    }

    /** Nebula's decoder skips fields it does not know, by the rules of protobuf: so does the library's. */
    @Test
    void isStillTheSameMessageForADecoderThatSkipsUnknownFields() throws IOException {
        UnknownFieldSet seen = UnknownFieldSet.parseFrom(extended(1).encode());

        assertThat(seen.asMap().keySet())
                .containsExactlyInAnyOrder(HandshakePayload.DETAILS, HandshakePayload.EXTENSIONS);
        assertThat(seen.toBuilder().clearField(HandshakePayload.EXTENSIONS).build().toByteArray())
                .isEqualTo(FULL.encode());
    }

    @Test
    void takesExtensionsOnlyAsTheNumberThatTheyAre() {
        assertThat(read("0a05 0a01c01001 989508 03")).isEqualTo(extendedOne(3));
        assertThat(read("989508 03 0a05 0a01c01001")).as("in front").isEqualTo(extendedOne(3));
        assertThat(read("0a05 0a01c01001 989508 03 989508 00"))
                .as("the last one holds")
                .isEqualTo(extendedOne(0));
        assertThat(read("0a05 0a01c01001 9a9508 0101")).as("as bytes").isEqualTo(extendedOne(0));
        assertThat(read("0a05 0a01c01001 9d9508 01000000")).as("fixed").isEqualTo(extendedOne(0));
        assertThat(read("0a09 0a01c01001 989508 01")).as("inside").isEqualTo(extendedOne(0));
        assertThat(read("0a05 0a01c01001 989508")).as("cut short").isNull();
    }

    private static HandshakePayload extendedOne(int extensions) {
        return new HandshakePayload(Bytes.ofHex("c0"), 1, 0, 0, 0, extensions);
    }

    private static HandshakePayload extended(int extensions) {
        return new HandshakePayload(
                FULL.cert(),
                FULL.initiatorIndex(),
                FULL.responderIndex(),
                FULL.time(),
                FULL.certVersion(),
                extensions);
    }

    @Test
    void writesPresentButEmptyDetailsWhenAllIsZero() {
        HandshakePayload empty = new HandshakePayload(Bytes.EMPTY, 0, 0, 0, 0);

        assertThat(empty.encode()).isEqualTo(new byte[] {0x0a, 0});
        assertThat(read("0a00")).isEqualTo(empty);
    }

    @Test
    void everyNumberSurvivesARoundTrip() {
        Random random = new Random(FuzzSeed.of(5));
        for (int i = 0; i < 2000; i++) {
            byte[] cert = new byte[random.nextInt(300)];
            random.nextBytes(cert);
            HandshakePayload payload =
                    new HandshakePayload(
                            Bytes.owning(cert),
                            random.nextInt() >>> random.nextInt(32),
                            random.nextInt() >>> random.nextInt(32),
                            random.nextLong() >>> random.nextInt(64),
                            random.nextInt(4),
                            random.nextInt() >>> random.nextInt(32));

            assertThat(HandshakePayloadReader.read(Bytes.owning(payload.encode())))
                    .isEqualTo(payload);
        }
    }

    @Test
    void readsUnsignedNumbersToTheirTop() {
        HandshakePayload top = new HandshakePayload(Bytes.ofHex("01"), -1, -1, -1L, -1);

        assertThat(HandshakePayloadReader.read(Bytes.owning(top.encode()))).isEqualTo(top);
    }

    @Test
    void reencodesWhatRealNodesSentByteByByte() {
        List<JsonNode> datagrams = Vectors.jsonLines("recorded-1.12.0/pair-v1-25519-aes.jsonl.gz");
        for (int message = 1; message <= 2; message++) {
            JsonNode datagram = datagrams.get(message);
            Bytes raw = Bytes.owning(Vectors.hex(datagram, "payload"));
            JsonNode fields = datagram.get("fields");

            Decoded decoded =
                    message == 1
                            ? HandshakePayload.decodeMessage1(raw)
                            : HandshakePayload.decodeMessage2(raw);

            assertThat(decoded).isInstanceOf(Valid.class);
            HandshakePayload payload = ((Valid) decoded).payload();
            assertThat(Integer.toUnsignedLong(payload.initiatorIndex()))
                    .isEqualTo(fields.get("initiatorIndex").asLong());
            assertThat(Integer.toUnsignedLong(payload.responderIndex()))
                    .isEqualTo(fields.get("responderIndex").asLong());
            assertThat(payload.time()).isEqualTo(fields.get("time").asLong());
            assertThat(payload.certVersion()).isEqualTo(fields.get("certVersion").asInt());
            assertThat(payload.extensions()).isZero();
            assertThat(Bytes.owning(payload.encode())).isEqualTo(raw);
        }
    }

    @Test
    void takesAMissingVersionFrom161AsZero() {
        JsonNode recording = Vectors.json("recorded-1.6.1/aes.json.gz");
        Bytes raw = Bytes.owning(Vectors.hex(recording.get("itInitiates"), "payload1"));

        Decoded decoded = HandshakePayload.decodeMessage1(raw);

        assertThat(decoded).isInstanceOf(Valid.class);
        assertThat(((Valid) decoded).payload().certVersion()).isZero();
        assertThat(((Valid) decoded).payload().extensions()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "hmac outside,              0a05 0a01c010 01 1203 aabbcc",
        "varint outside,            0a05 0a01c010 01 980601 18ffffffffffffffffff01",
        "fixed64 outside,           0a05 0a01c010 01 190102030405060708",
        "fixed32 outside,           0a05 0a01c010 01 1d01020304",
        "group outside,             0a05 0a01c010 01 1b 0801 1c",
        "details as number outside, 0801 0a05 0a01c010 01",
        "cookie,                    0a07 0a01c01001 2009",
        "reserved 6 and 7,          0a0c 0a01c01001 3001 3a030a0b0c",
        "unknown 9,                 0a07 0a01c01001 4801",
        "group inside,              0a09 0a01c01001 4b 0801 4c",
        "overlong but small number, 0a07 0a01c0 10818000",
        "last index wins,           0a07 0a01c0 1007 1001",
        "last certificate wins,     0a09 0a02bbbb 1001 0a01c0",
        "details twice are merged,  0a03 0a01c0 0a02 1001",
    })
    void readsOddButLawfulEncodings(String what, String hex) {
        assertThat(read(hex))
                .as(what)
                .isEqualTo(new HandshakePayload(Bytes.ofHex("c0"), 1, 0, 0, 0));
    }

    @ParameterizedTest
    @CsvSource({
        "certificate as varint,        0a02 0801",
        "certificate as fixed32,       0a05 0d01020304",
        "initiator index as bytes,     0a03 120101",
        "responder index as fixed64,   0a09 190102030405060708",
        "cookie as bytes,              0a03 220101",
        "time as fixed64,              0a09 290102030405060708",
        "version as bytes,             0a03 420101",
        "initiator index of 33 bits,   0a06 108080808010",
        "responder index of 33 bits,   0a06 188080808010",
        "version of 33 bits,           0a06 408080808010",
        "index of 64 bits,             0a0b 10ffffffffffffffffff01",
        "index beyond 64 bits,         0a0b 1081808080808080808002",
        "time beyond 64 bits,          0a0b 28ffffffffffffffffff7f",
        "varint of 11 bytes,           0a0c 28ffffffffffffffffffff01",
        "field number 0,               0a02 0001",
        "field number 0 outside,       0001",
        "field number beyond 32 bits,  8a8080808001 00",
        "wire type 6,                  0a02 4e01",
        "wire type 7 outside,          0f01",
        "end of group alone,           0a01 4c",
        "group never ended,            0a03 4b0801",
        "group ended by another,       0a04 4b080154",
        "details longer than message,  0a05 0a01c0",
        "certificate longer than all,  0a03 0a05c0",
        "negative length,              0a06 0affffffff0f",
        "number cut short,             0a02 1080",
        "tag cut short,                0a01 80",
        "text after details,           0a00 0a",
    })
    void refusesEncodingsThatBreakTheRules(String what, String hex) {
        assertThat(read(hex)).as(what).isNull();
        assertThat(HandshakePayload.decodeMessage1(bytes(hex)))
                .isEqualTo(new Invalid(Reason.MALFORMED));
    }

    @ParameterizedTest
    @CsvSource({
        "0a05 0a01c0 1001, , NO_SENDER_INDEX",
        "0a05 0a01c0 1801, NO_SENDER_INDEX, ",
        "0a07 0a01c0 1001 1801, , ",
        "0a05 0a01c0 2801, NO_SENDER_INDEX, NO_SENDER_INDEX",
        "0a03 0a01c0, NO_INDEX_AND_NO_TIME, NO_INDEX_AND_NO_TIME",
        "0a05 0a01c0 4001, NO_INDEX_AND_NO_TIME, NO_INDEX_AND_NO_TIME",
        "0a06 1001 1801 2801, NO_CERTIFICATE, NO_CERTIFICATE",
        "0a04 0a00 1001, NO_CERTIFICATE, NO_CERTIFICATE",
        "0a00, NO_CERTIFICATE, NO_CERTIFICATE",
        "1203aabbcc, NO_CERTIFICATE, NO_CERTIFICATE",
    })
    void appliesTheRulesOfEachMessage(
            String hex, @Nullable Reason asMessage1, @Nullable Reason asMessage2) {
        assertThat(reason(HandshakePayload.decodeMessage1(bytes(hex)))).isEqualTo(asMessage1);
        assertThat(reason(HandshakePayload.decodeMessage2(bytes(hex)))).isEqualTo(asMessage2);
    }

    @Test
    void refusesGroupsNestedToExhaustTheStack() {
        int depth = 30_000;
        String nested = "4b".repeat(depth) + "4c".repeat(depth);

        assertThat(read(nested)).isNull();
    }

    @Test
    void refusesAMissingPayload() {
        assertThat(HandshakePayload.decodeMessage1(Bytes.EMPTY))
                .isEqualTo(new Invalid(Reason.MISSING));
        assertThat(HandshakePayload.decodeMessage2(Bytes.EMPTY))
                .isEqualTo(new Invalid(Reason.MISSING));
    }

    @Test
    void noTruncationIsValidOrThrows() {
        Bytes whole = Bytes.owning(FULL.encode());
        for (int length = 0; length < whole.length(); length++) {
            assertThat(HandshakePayload.decodeMessage1(whole.slice(0, length)))
                    .as("length " + length)
                    .isInstanceOf(Invalid.class);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void mutationsNeverThrowAndReencodingIsAFixedPoint(long seed) {
        Random random = new Random(FuzzSeed.of(seed));
        JsonNode recording = Vectors.json("recorded-1.6.1/aes.json.gz");
        byte[][] seeds = {
            FULL.encode(),
            extended(1).encode(),
            Vectors.hex(recording.get("itInitiates"), "payload1"),
            {0x0a, 0}
        };
        int read = 0;
        for (int i = 0; i < 5_000; i++) {
            byte[] mutant = mutate(seeds[random.nextInt(seeds.length)], random);
            HandshakePayload.decodeMessage1(Bytes.owning(mutant));
            HandshakePayload.decodeMessage2(Bytes.owning(mutant));
            HandshakePayload payload = HandshakePayloadReader.read(Bytes.owning(mutant));
            if (payload != null) {
                Bytes canonical = Bytes.owning(payload.encode());
                assertThat(HandshakePayloadReader.read(canonical)).isEqualTo(payload);
                read++;
            }
        }
        assertThat(read).isBetween(50, 4_950);
    }

    private static byte[] mutate(byte[] original, Random random) {
        byte[] mutant =
                random.nextInt(4) == 0
                        ? Arrays.copyOf(original, random.nextInt(original.length + 4))
                        : original.clone();
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes && mutant.length > 0; i++) {
            mutant[random.nextInt(Math.min(mutant.length, 24))] = (byte) random.nextInt(256);
        }
        return mutant;
    }

    private static @Nullable Reason reason(Decoded decoded) {
        return switch (decoded) {
            case Valid _ -> null;
            case Invalid(Reason reason) -> reason;
        };
    }

    private static @Nullable HandshakePayload read(String hex) {
        return HandshakePayloadReader.read(bytes(hex));
    }

    private static Bytes bytes(String hex) {
        return Bytes.ofHex(hex.replace(" ", ""));
    }
}
