package dev.asterism.tun.udp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ControlMessageTest {

    private static final int SO_RXQ_OVFL = 40;

    private final MemorySegment memory = Arena.ofAuto().allocate(64, 8);

    @Test
    void writesTheSegmentMessageAsTheKernelReadsIt() {
        ControlMessage.writeSegment(memory, 0);
        ControlMessage.segment(memory, 0, 1412);

        byte[] bytes = memory.asSlice(0, 18).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("1200000000000000" + "11000000" + "67000000" + "8405");
    }

    @Test
    void findsTheCoalescedSize() {
        put(0, 20, 17, 104, 1412);

        assertThat(ControlMessage.coalescedSize(memory, 0, 24)).isEqualTo(1412);
    }

    @Test
    void findsItBehindAnotherMessage() {
        put(0, 20, 1, SO_RXQ_OVFL, 99);
        put(24, 20, 17, 104, 1412);

        assertThat(ControlMessage.coalescedSize(memory, 0, 48)).isEqualTo(1412);
    }

    @Test
    void saysNothingWithoutOne() {
        put(0, 20, 1, SO_RXQ_OVFL, 99);

        assertThat(ControlMessage.coalescedSize(memory, 0, 0)).isZero();
        assertThat(ControlMessage.coalescedSize(memory, 0, 24)).isZero();
    }

    @Test
    void trustsNoLengthBeyondWhatWasReceived() {
        put(0, 20, 17, 104, 1412);
        for (int received = 0; received < 20; received++) {
            assertThat(ControlMessage.coalescedSize(memory, 0, received)).isZero();
        }
        put(0, 15, 1, SO_RXQ_OVFL, 0);
        assertThat(ControlMessage.coalescedSize(memory, 0, 64)).isZero();
        put(0, Long.MAX_VALUE, 1, SO_RXQ_OVFL, 0);
        assertThat(ControlMessage.coalescedSize(memory, 0, 64)).isZero();
        put(0, -8, 1, SO_RXQ_OVFL, 0);
        assertThat(ControlMessage.coalescedSize(memory, 0, 64)).isZero();
    }

    @Test
    void endsOnAnyBytes() {
        Random random = new Random(7);
        for (int round = 0; round < 20_000; round++) {
            for (int at = 0; at < 64; at += 8) {
                memory.set(JAVA_LONG, at, random.nextInt(3) == 0 ? random.nextLong() : 16 + at);
            }
            assertThat(ControlMessage.coalescedSize(memory, 0, random.nextInt(65))).isNotNegative();
        }
    }

    private void put(long at, long length, int level, int type, int value) {
        memory.set(JAVA_LONG, at, length);
        memory.set(JAVA_INT, at + 8, level);
        memory.set(JAVA_INT, at + 12, type);
        memory.set(JAVA_INT, at + 16, value);
    }
}
