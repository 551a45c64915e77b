package dev.asterism.tun.offload;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VirtioHeaderTest {

    private static final int AT = 64;

    private final MemorySegment slab = Arena.ofAuto().allocate(256, 64).fill((byte) 0x5A);

    @Test
    void describesATcpSuperPacket() {
        ipv4(6, 0x45, 0x80);

        assertThat(VirtioHeader.write(slab, AT, 180, 1400, true)).isTrue();

        assertThat(header()).isEqualTo("01" + "01" + "3400" + "7805" + "1400" + "1000");
    }

    @Test
    void describesATcpSuperPacketWithACompleteChecksum() {
        ipv4(6, 0x45, 0x50);

        assertThat(VirtioHeader.write(slab, AT, 180, 1400, false)).isTrue();

        assertThat(header()).isEqualTo("00" + "01" + "2800" + "7805" + "0000" + "0000");
    }

    @Test
    void describesAUdpSuperPacketBehindIpOptions() {
        ipv4(17, 0x46, 0);

        assertThat(VirtioHeader.write(slab, AT, 180, 100, true)).isTrue();

        assertThat(header()).isEqualTo("01" + "05" + "2000" + "6400" + "1800" + "0600");
    }

    @Test
    void describesIpv6() {
        slab.set(ValueLayout.JAVA_BYTE, AT, (byte) 0x60);
        slab.set(ValueLayout.JAVA_BYTE, AT + 6, (byte) 6);
        slab.set(ValueLayout.JAVA_BYTE, AT + 40 + 12, (byte) 0x50);

        assertThat(VirtioHeader.write(slab, AT, 180, 1000, true)).isTrue();

        assertThat(header()).isEqualTo("01" + "04" + "3c00" + "e803" + "2800" + "1000");
    }

    @Test
    void describesASinglePacketWithAPartialChecksum() {
        ipv4(17, 0x45, 0);

        assertThat(VirtioHeader.write(slab, AT, 60, 0, true)).isTrue();

        assertThat(header()).isEqualTo("01" + "00" + "1c00" + "0000" + "1400" + "0600");
        assertThat(VirtioHeader.segmentSize(slab, AT)).isZero();
        assertThat(VirtioHeader.checksumPartial(slab, AT)).isTrue();
    }

    @Test
    void knowsTheChecksumsThatTheEngineFinishes() {
        ipv4(17, 0x45, 0);
        assertThat(VirtioHeader.write(slab, AT, 60, 0, true)).isTrue();
        assertThat(VirtioHeader.isOrdinaryChecksum(slab, AT, 60)).isTrue();
        assertThat(VirtioHeader.isOrdinaryChecksum(slab, AT, 28)).as("no payload").isTrue();

        checksumAt(24, 6);
        assertThat(VirtioHeader.isOrdinaryChecksum(slab, AT, 60)).isFalse();
        ipv4(47, 0x45, 0);
        checksumAt(20, 4);
        assertThat(VirtioHeader.isOrdinaryChecksum(slab, AT, 60)).isFalse();
        assertThat(VirtioHeader.isOrdinaryChecksum(slab, AT, 30)).isFalse();
    }

    @Test
    void finishesTheChecksumOfAnyProtocol() {
        ipv4(47, 0x45, 0);
        checksumAt(20, 4);
        slab.set(ValueLayout.JAVA_SHORT_UNALIGNED, AT + 24, (short) 0);

        assertThat(VirtioHeader.finishChecksum(slab, AT, 61)).isTrue();

        int sum = 0;
        for (int i = 20; i < 61; i++) {
            int octet = slab.get(ValueLayout.JAVA_BYTE, AT + i) & 0xFF;
            sum += i % 2 == 0 ? octet << 8 : octet;
        }
        assertThat((sum & 0xFFFF) + (sum >>> 16)).as("right by RFC 1071").isEqualTo(0xFFFF);
    }

    @Test
    void finishesNothingOutsideOfThePacket() {
        ipv4(47, 0x45, 0);
        checksumAt(20, 39);

        assertThat(VirtioHeader.finishChecksum(slab, AT, 60)).isFalse();
        checksumAt(0xFFFF, 0xFFFF);
        assertThat(VirtioHeader.finishChecksum(slab, AT, 60)).isFalse();
    }

    private void checksumAt(int start, int offset) {
        slab.set(ValueLayout.JAVA_SHORT_UNALIGNED, AT - 4, (short) start);
        slab.set(ValueLayout.JAVA_SHORT_UNALIGNED, AT - 2, (short) offset);
    }

    @Test
    void clearsTheHeaderOfAPlainPacket() {
        VirtioHeader.writePlain(slab, AT);

        assertThat(header()).isEqualTo("00".repeat(10));
    }

    @Test
    void looksPastTheCongestionBitOfTheType() {
        slab.set(ValueLayout.JAVA_BYTE, AT - 9, (byte) 0x80);
        assertThat(VirtioHeader.segmentSize(slab, AT)).isZero();

        slab.set(ValueLayout.JAVA_BYTE, AT - 9, (byte) 0x81);
        slab.set(ValueLayout.JAVA_SHORT_UNALIGNED, AT - 6, (short) 0xFFFF);
        assertThat(VirtioHeader.segmentSize(slab, AT)).isEqualTo(0xFFFF);
    }

    @Test
    void refusesWhatIsNeitherTcpNorUdp() {
        ipv4(1, 0x45, 0);

        assertThat(VirtioHeader.write(slab, AT, 100, 0, true)).isFalse();
        assertThat(header()).isEqualTo("5a".repeat(10));
    }

    @Test
    void refusesAPacketShorterThanItsHeaders() {
        ipv4(6, 0x45, 0x50);
        for (int length = 0; length < 40; length++) {
            assertThat(VirtioHeader.write(slab, AT, length, 100, true)).isFalse();
        }
    }

    @Test
    void takesAnyBytesWithoutFailure() {
        Random random = new Random(3);
        byte[] bytes = new byte[100];
        for (int round = 0; round < 20_000; round++) {
            random.nextBytes(bytes);
            bytes[0] = (byte) (bytes[0] & 0xF | (random.nextBoolean() ? 0x40 : 0x60));
            bytes[9] = (byte) (random.nextBoolean() ? 6 : 17);
            bytes[6] = bytes[9];
            int length = random.nextInt(bytes.length + 1);
            MemorySegment tight = MemorySegment.ofArray(new byte[10 + length]);
            MemorySegment.copy(bytes, 0, tight, ValueLayout.JAVA_BYTE, 10, length);
            VirtioHeader.write(tight, 10, length, 100, true);
        }
    }

    private void ipv4(int protocol, int versionAndLength, int dataOffset) {
        int ipBytes = (versionAndLength & 0xF) * 4;
        slab.set(ValueLayout.JAVA_BYTE, AT, (byte) versionAndLength);
        slab.set(ValueLayout.JAVA_BYTE, AT + 9, (byte) protocol);
        slab.set(ValueLayout.JAVA_BYTE, AT + ipBytes + 12, (byte) dataOffset);
    }

    private String header() {
        return HexFormat.of().formatHex(slab.asSlice(AT - 10, 10).toArray(ValueLayout.JAVA_BYTE));
    }
}
