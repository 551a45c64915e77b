package dev.asterism.tun.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.fuzz.FuzzTarget;
import dev.asterism.fuzz.Fuzzer;
import dev.asterism.tun.offload.VirtioHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the kernel puts beside a packet: control messages of a datagram, addresses, the header of a TUN device's
 * packet.
 */
class KernelBytesFuzzTest {

    static Stream<FuzzTarget> targets() {
        return Stream.of(controlMessages(), socketAddress(), virtioHeader());
    }

    @ParameterizedTest
    @MethodSource("targets")
    void holds(FuzzTarget target) {
        Fuzzer.run(target);
    }

    private static FuzzTarget controlMessages() {
        return FuzzTarget.of("control-messages", KernelBytesFuzzTest::checkControl)
                .seed(hex("1400000000000000" + "11000000" + "68000000" + "b0040000" + "00000000"))
                .seed(
                        hex(
                                "1400000000000000"
                                        + "01000000"
                                        + "1d000000"
                                        + "0000000000000000"
                                        + "1400000000000000"
                                        + "11000000"
                                        + "68000000"
                                        + "b0040000"))
                .seed(hex("f9ffffffffffff7f" + "01000000" + "1d000000" + "00".repeat(16)))
                .mostBytes(128);
    }

    /** Memory that ends where the messages do, so that a read beyond them shows. */
    private static String checkControl(byte[] input) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(Math.max(1, input.length), 8);
            MemorySegment.copy(MemorySegment.ofArray(input), 0, memory, 0, input.length);
            int size = ControlMessage.coalescedSize(memory, 0, input.length);
            assertThat(size).isNotNegative();
            return size == 0 ? "none" : "size";
        }
    }

    private static FuzzTarget socketAddress() {
        return FuzzTarget.of("socket-address", KernelBytesFuzzTest::checkAddress)
                .seed(hex("02001092c0000207" + "00".repeat(8)))
                .seed(hex("0a00109200000000" + "20010db8" + "00".repeat(11) + "09" + "00000000"))
                .mostBytes(SocketAddress.SLOT_BYTES);
    }

    /** What it says is written as the same bytes that matter. */
    private static String checkAddress(byte[] input) {
        MemorySegment slot = MemorySegment.ofArray(Arrays.copyOf(input, SocketAddress.SLOT_BYTES));
        int family = slot.get(ValueLayout.JAVA_SHORT_UNALIGNED, 0);
        long hi = SocketAddress.hi(slot, 0);
        long lo = SocketAddress.lo(slot, 0);
        int port = SocketAddress.port(slot, 0);
        MemorySegment again = MemorySegment.ofArray(new byte[SocketAddress.SLOT_BYTES]);
        SocketAddress.write(again, 0, family, hi, lo, port);
        assertThat(SocketAddress.hi(again, 0)).isEqualTo(hi);
        assertThat(SocketAddress.lo(again, 0)).isEqualTo(lo);
        assertThat(SocketAddress.port(again, 0)).isEqualTo(port).isBetween(0, 0xFFFF);
        return "family " + (family == SocketAddress.INET || family == SocketAddress.INET6);
    }

    private static FuzzTarget virtioHeader() {
        String tcp =
                "4500002800004000400600000a2a00010a2a0002"
                        + "0016045700000001000000025010200000000000";
        return FuzzTarget.of("virtio-header", KernelBytesFuzzTest::checkVirtio)
                .seed(hex("01010000b004" + "1400" + "1000" + "0000" + tcp))
                .seed(hex("0100" + "0000" + "0000" + "1400" + "1000" + tcp))
                .mostBytes(256);
    }

    /** Nothing but the checksum's two bytes changes, and those lie in the packet. */
    private static String checkVirtio(byte[] input) {
        if (input.length < VirtioHeader.BYTES) {
            return "short";
        }
        int length = input.length - VirtioHeader.BYTES;
        byte[] bytes = input.clone();
        MemorySegment slab = MemorySegment.ofArray(bytes);
        int size = VirtioHeader.segmentSize(slab, VirtioHeader.BYTES);
        assertThat(size).isBetween(0, 0xFFFF);
        boolean ordinary = VirtioHeader.isOrdinaryChecksum(slab, VirtioHeader.BYTES, length);
        boolean finished = VirtioHeader.finishChecksum(slab, VirtioHeader.BYTES, length);
        int changed = 0;
        for (int i = 0; i < input.length; i++) {
            changed += input[i] == bytes[i] ? 0 : 1;
        }
        assertThat(changed).isLessThanOrEqualTo(finished ? 2 : 0);
        assertThat(Arrays.copyOf(bytes, VirtioHeader.BYTES))
                .isEqualTo(Arrays.copyOf(input, VirtioHeader.BYTES));
        MemorySegment again = MemorySegment.ofArray(input.clone());
        boolean written = VirtioHeader.write(again, VirtioHeader.BYTES, length, size, ordinary);
        return "ordinary %s finished %s written %s size %s"
                .formatted(ordinary, finished, written, size > 0);
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
