package dev.asterism.overlay.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class HeaderTest {

    /** From a recording of 1.12.0. */
    private static final String LIGHTHOUSE = "130000001ff94f150000000000000003";

    @Test
    void readsARealHeaderAtAnyOffset() {
        MemorySegment packet = segment("ffffff" + LIGHTHOUSE);

        assertThat(Header.version(packet, 3)).isEqualTo(1);
        assertThat(Header.typeNumber(packet, 3)).isEqualTo(MessageType.LIGHTHOUSE.number());
        assertThat(Header.subtype(packet, 3)).isZero();
        assertThat(Header.remoteIndex(packet, 3)).isEqualTo(536432405);
        assertThat(Header.counter(packet, 3)).isEqualTo(3);
        assertThat(Header.isValid(packet, 3)).isTrue();
    }

    @Test
    void writesTheBytesItReads() {
        byte[] bytes = new byte[Header.LENGTH];

        Header.write(MemorySegment.ofArray(bytes), 0, MessageType.LIGHTHOUSE, 0, 536432405, 3);

        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(LIGHTHOUSE);
    }

    @Test
    void writesEveryFieldBigEndianAndUnsignedAndNothingElse() {
        byte[] bytes = HexFormat.of().parseHex("ee".repeat(Header.LENGTH + 4));

        Header.write(
                MemorySegment.ofArray(bytes),
                2,
                MessageType.MESSAGE,
                MessageType.MESSAGE_RELAY,
                0xF1F2F3F4,
                0xF8F7F6F5F4F3F2F1L);

        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("eeee" + "11010000f1f2f3f4f8f7f6f5f4f3f2f1" + "eeee");
        MemorySegment packet = MemorySegment.ofArray(bytes);
        assertThat(Header.remoteIndex(packet, 2)).isEqualTo(0xF1F2F3F4);
        assertThat(Header.counter(packet, 2)).isEqualTo(0xF8F7F6F5F4F3F2F1L);
    }

    @Test
    void ignoresTheReservedField() {
        assertThat(Header.isValid(segment("1100beef000000000000000000000000"), 0)).isTrue();
    }

    /** Every first and second byte against the table of wire.md 1. */
    @Test
    void knowsExactlyTheTypesAndSubtypesOfTheTable() {
        int valid = 0;
        for (int first = 0; first < 256; first++) {
            for (int second = 0; second < 256; second++) {
                byte[] bytes = new byte[Header.LENGTH];
                bytes[0] = (byte) first;
                bytes[1] = (byte) second;
                boolean expected =
                        first >> 4 == 1
                                && switch (first & 0xF) {
                                    case 0, 2, 3, 5, 6 -> second == 0;
                                    case 1, 4 -> second <= 1;
                                    default -> false;
                                };
                assertThat(Header.isValid(MemorySegment.ofArray(bytes), 0)).isEqualTo(expected);
                valid += expected ? 1 : 0;
            }
        }
        assertThat(valid).isEqualTo(9);
    }

    @Test
    void readsHighVersionsAndSubtypesUnsigned() {
        MemorySegment packet = segment("f7ff0000000000000000000000000000");

        assertThat(Header.version(packet, 0)).isEqualTo(15);
        assertThat(Header.typeNumber(packet, 0)).isEqualTo(7);
        assertThat(Header.subtype(packet, 0)).isEqualTo(255);
    }

    @Test
    void doesNotReadBeyondTheMemory() {
        MemorySegment packet = segment(LIGHTHOUSE);

        assertThatThrownBy(() -> Header.counter(packet, 1))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void typesHaveTheirNumbers() {
        for (int number = 0; number < 7; number++) {
            MessageType type = MessageType.ofNumber(number);
            assertThat(type).isNotNull();
            assertThat(type == null ? -1 : type.number()).isEqualTo(number);
        }
        assertThat(MessageType.ofNumber(7)).isNull();
        assertThat(MessageType.ofNumber(15)).isNull();
        assertThat(MessageType.TEST.hasSubtype(-1)).isFalse();
    }

    private static MemorySegment segment(String hex) {
        return MemorySegment.ofArray(HexFormat.of().parseHex(hex));
    }
}
