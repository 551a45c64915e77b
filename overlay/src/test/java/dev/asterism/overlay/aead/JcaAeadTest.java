package dev.asterism.overlay.aead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.overlay.packet.AllocationProbe;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JcaAeadTest {

    private static final int HEADER = 16;
    private static final int TAG = AeadProvider.TAG_BYTES;
    private static final long COUNTER = 0x0102030405060708L;

    private final Random random = new Random(7);

    static Stream<JcaAead> providers() {
        return Stream.of(JcaAead.aesGcm(), JcaAead.chaChaPoly());
    }

    @Test
    void aesGcmPutsTheCounterIntoTheNonceBigEndian() throws Exception {
        byte[] rawKey = bytes(32);
        byte[] packet = header(33);
        byte[] plaintext = bytes(33);
        Cipher reference = Cipher.getInstance("AES/GCM/NoPadding");
        reference.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(rawKey, "AES"),
                new GCMParameterSpec(128, HexFormat.of().parseHex("000000000102030405060708")));
        reference.updateAAD(packet, 0, HEADER);

        seal(JcaAead.aesGcm(), rawKey, packet, plaintext);

        assertThat(body(packet)).isEqualTo(reference.doFinal(plaintext));
    }

    @Test
    void chaChaPolyPutsTheCounterIntoTheNonceLittleEndian() throws Exception {
        byte[] rawKey = bytes(32);
        byte[] packet = header(33);
        byte[] plaintext = bytes(33);
        Cipher reference = Cipher.getInstance("ChaCha20-Poly1305");
        reference.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(rawKey, "ChaCha20"),
                new IvParameterSpec(HexFormat.of().parseHex("000000000807060504030201")));
        reference.updateAAD(packet, 0, HEADER);

        seal(JcaAead.chaChaPoly(), rawKey, packet, plaintext);

        assertThat(body(packet)).isEqualTo(reference.doFinal(plaintext));
    }

    @ParameterizedTest
    @MethodSource("providers")
    void opensWhatItSealedAtAnyLengthInNativeMemory(JcaAead provider) {
        AeadContext context = provider.context();
        AeadKey key = provider.key(bytes(32));
        int[] lengths = {0, 1, 15, 16, 17, 1300, 2048, 9001, 65535};
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment slab = arena.allocate(70_000);
            MemorySegment plain = arena.allocate(70_000);
            MemorySegment opened = arena.allocate(70_000);
            for (int length : lengths) {
                byte[] plaintext = bytes(length);
                MemorySegment.copy(plaintext, 0, plain, ValueLayout.JAVA_BYTE, 3, length);

                context.seal(key, length, slab, 5, HEADER, plain, 3, length);

                assertThat(context.open(key, length, slab, 5, HEADER, length + TAG, opened, 9))
                        .isTrue();
                assertThat(opened.asSlice(9, length).toArray(ValueLayout.JAVA_BYTE))
                        .isEqualTo(plaintext);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void sealsAndOpensInPlace(JcaAead provider) {
        AeadContext context = provider.context();
        AeadKey key = provider.key(bytes(32));
        byte[] plaintext = bytes(1300);
        byte[] packet = header(plaintext.length);
        System.arraycopy(plaintext, 0, packet, HEADER, plaintext.length);
        MemorySegment memory = MemorySegment.ofArray(packet);

        context.seal(key, 3, memory, 0, HEADER, memory, HEADER, plaintext.length);
        assertThat(Arrays.copyOfRange(packet, HEADER, HEADER + plaintext.length))
                .isNotEqualTo(plaintext);
        boolean genuine =
                context.open(key, 3, memory, 0, HEADER, plaintext.length + TAG, memory, HEADER);

        assertThat(genuine).isTrue();
        assertThat(Arrays.copyOfRange(packet, HEADER, HEADER + plaintext.length))
                .isEqualTo(plaintext);
    }

    @ParameterizedTest
    @MethodSource("providers")
    void worksUpTo120BytesBelowItsInput(JcaAead provider) {
        AeadContext context = provider.context();
        AeadKey key = provider.key(bytes(32));
        byte[] plaintext = bytes(700);
        byte[] header = bytes(HEADER);
        byte[] memory = new byte[1200];
        MemorySegment segment = MemorySegment.ofArray(memory);
        for (int below = 0; below <= AeadContext.MAX_OVERLAP_BYTES; below++) {
            int body = 200 + HEADER;
            System.arraycopy(header, 0, memory, 200, HEADER);
            System.arraycopy(plaintext, 0, memory, body + below, 700);

            context.seal(key, below, segment, 200, HEADER, segment, body + below, 700);
            boolean genuine =
                    context.open(
                            key, below, segment, 200, HEADER, 700 + TAG, segment, body - below);

            assertThat(genuine).as("below " + below).isTrue();
            assertThat(Arrays.copyOfRange(memory, body - below, body - below + 700))
                    .as("below " + below)
                    .isEqualTo(plaintext);
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void authenticatesARelayedPacketAsAssociatedDataAlone(JcaAead provider) {
        AeadContext context = provider.context();
        AeadKey key = provider.key(bytes(32));
        byte[] packet = Arrays.copyOf(bytes(HEADER + 9000), HEADER + 9000 + TAG);
        MemorySegment memory = MemorySegment.ofArray(packet);
        byte[] before = packet.clone();

        context.seal(key, 3, memory, 0, HEADER + 9000, memory, 0, 0);

        assertThat(Arrays.copyOf(packet, HEADER + 9000))
                .isEqualTo(Arrays.copyOf(before, HEADER + 9000));
        assertThat(context.open(key, 3, memory, 0, HEADER + 9000, TAG, memory, 0)).isTrue();
        packet[HEADER + 8999] ^= 1;
        assertThat(context.open(key, 3, memory, 0, HEADER + 9000, TAG, memory, 0)).isFalse();
    }

    @ParameterizedTest
    @MethodSource("providers")
    void refusesEveryFlippedBitAndThenOpensTheGenuinePacket(JcaAead provider) {
        AeadContext context = provider.context();
        byte[] rawKey = bytes(32);
        AeadKey key = provider.key(rawKey);
        byte[] packet = header(20);
        byte[] plaintext = bytes(20);
        seal(provider, rawKey, packet, plaintext);
        byte[] opened = new byte[20];

        for (int bit = 0; bit < 8 * packet.length; bit++) {
            packet[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(open(context, key, packet, COUNTER, opened)).as("bit " + bit).isFalse();
            packet[bit / 8] ^= (byte) (1 << bit % 8);
        }

        assertThat(opened).containsOnly(0);
        assertThat(open(context, key, packet, COUNTER + 1, opened)).isFalse();
        assertThat(open(context, provider.key(bytes(32)), packet, COUNTER, opened)).isFalse();
        assertThat(open(context, key, packet, COUNTER, opened)).isTrue();
        assertThat(opened).isEqualTo(plaintext);
    }

    @ParameterizedTest
    @MethodSource("providers")
    void opensTheSamePacketAgainAndAgain(JcaAead provider) {
        AeadContext context = provider.context();
        byte[] rawKey = bytes(32);
        AeadKey key = provider.key(rawKey);
        byte[] packet = header(8);
        seal(provider, rawKey, packet, bytes(8));

        for (int i = 0; i < 3; i++) {
            assertThat(open(context, key, packet, COUNTER, new byte[8])).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void treatsAPacketWithoutRoomForATagAsForged(JcaAead provider) {
        AeadContext context = provider.context();
        AeadKey key = provider.key(bytes(32));
        MemorySegment packet = MemorySegment.ofArray(header(0));

        for (int sealedLength = 0; sealedLength <= TAG; sealedLength++) {
            assertThat(context.open(key, 1, packet, 0, HEADER, sealedLength, packet, 0)).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void refusesToSealTwiceWithOneCounter(JcaAead provider) {
        AeadContext context = provider.context();
        AeadKey key = provider.key(bytes(32));
        MemorySegment packet = MemorySegment.ofArray(header(8));
        context.seal(key, 3, packet, 0, HEADER, packet, HEADER, 8);

        assertThatThrownBy(() -> context.seal(key, 3, packet, 0, HEADER, packet, HEADER, 8))
                .isInstanceOf(IllegalStateException.class);
        context.seal(key, 4, packet, 0, HEADER, packet, HEADER, 8);
        assertThat(context.open(key, 4, packet, 0, HEADER, 8 + TAG, packet, HEADER)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("providers")
    void keepsManyKeysApartInOneContext(JcaAead provider) {
        AeadContext context = provider.context();
        AeadKey[] keys = {
            provider.key(bytes(32)), provider.key(bytes(32)), provider.key(bytes(32))
        };
        byte[][] packets = new byte[30][];
        for (int i = 0; i < packets.length; i++) {
            packets[i] = header(4);
            MemorySegment memory = MemorySegment.ofArray(packets[i]);
            context.seal(keys[i % 3], i, memory, 0, HEADER, memory, HEADER, 4);
        }

        for (int i = 0; i < packets.length; i++) {
            for (int k = 0; k < 3; k++) {
                assertThat(open(context, keys[k], packets[i], i, new byte[4]))
                        .isEqualTo(k == i % 3);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void refusesADestroyedKey(JcaAead provider) {
        AeadContext context = provider.context();
        AeadKey key = provider.key(bytes(32));
        MemorySegment packet = MemorySegment.ofArray(header(8));
        key.destroy();

        assertThatThrownBy(() -> context.seal(key, 3, packet, 0, HEADER, packet, HEADER, 8))
                .isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @MethodSource("providers")
    void copiesTheKeyItIsGiven(JcaAead provider) {
        byte[] rawKey = bytes(32);
        byte[] sealedWithCopy = header(8);
        byte[] plaintext = bytes(8);
        seal(provider, rawKey, sealedWithCopy, plaintext);
        AeadKey key = provider.key(rawKey);
        Arrays.fill(rawKey, (byte) 0);

        assertThat(open(provider.context(), key, sealedWithCopy, COUNTER, new byte[8])).isTrue();
    }

    @Test
    void refusesKeysOfAnotherLength() {
        for (int length : new int[] {0, 16, 31, 33}) {
            assertThatThrownBy(() -> JcaAead.aesGcm().key(new byte[length]))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void keysHaveNoTextForm() {
        byte[] rawKey = bytes(32);

        assertThat(JcaAead.aesGcm().key(rawKey).toString())
                .doesNotContain(HexFormat.of().formatHex(rawKey, 0, 4));
    }

    @Test
    void allocatesNoMoreThanTheJdkItself() {
        assertThat(allocatedPerSeal(JcaAead.aesGcm(), 1300)).isLessThanOrEqualTo(1300);
        assertThat(allocatedPerSeal(JcaAead.chaChaPoly(), 3000)).isLessThanOrEqualTo(3000);
        assertThat(allocatedPerSeal(new NullAead(), 0)).isZero();
    }

    private double allocatedPerSeal(AeadProvider provider, int most) {
        AeadContext context = provider.context();
        AeadKey key = provider.key(bytes(32));
        long[] counter = new long[1];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment packet = arena.allocate(2000);
            return AllocationProbe.bytesPerCall(
                    _ -> context.seal(key, counter[0]++, packet, 0, HEADER, packet, HEADER, 1400),
                    most);
        }
    }

    private void seal(JcaAead provider, byte[] rawKey, byte[] packet, byte[] plaintext) {
        provider.context()
                .seal(
                        provider.key(rawKey),
                        COUNTER,
                        MemorySegment.ofArray(packet),
                        0,
                        HEADER,
                        MemorySegment.ofArray(plaintext),
                        0,
                        plaintext.length);
    }

    private static boolean open(
            AeadContext context, AeadKey key, byte[] packet, long counter, byte[] opened) {
        return context.open(
                key,
                counter,
                MemorySegment.ofArray(packet),
                0,
                HEADER,
                packet.length - HEADER,
                MemorySegment.ofArray(opened),
                0);
    }

    private byte[] header(int bodyLength) {
        return Arrays.copyOf(bytes(HEADER), HEADER + bodyLength + TAG);
    }

    private static byte[] body(byte[] packet) {
        return Arrays.copyOfRange(packet, HEADER, packet.length);
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
