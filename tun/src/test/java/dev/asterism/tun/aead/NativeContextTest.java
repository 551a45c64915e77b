package dev.asterism.tun.aead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.overlay.aead.AeadCipher;
import dev.asterism.overlay.aead.AeadContext;
import dev.asterism.overlay.aead.AeadKey;
import dev.asterism.overlay.aead.JcaAead;
import dev.asterism.tun.testing.Allocation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What callers of native contexts rely on, for every implementation that is here. */
class NativeContextTest {

    private static final String PRESENT = "dev.asterism.tun.aead.Present#candidates";
    private static final int HEADER = 16;
    private static final int TAG = 16;
    private static final long COUNTER = 0x0102030405060708L;

    private final Random random = new Random(3);

    @ParameterizedTest
    @MethodSource(PRESENT)
    void refusesEveryFlippedBit(Present.Candidate candidate) {
        NativeAead provider = candidate.provider();
        AeadContext context = provider.context();
        AeadKey key = provider.key(bytes(32));
        for (int length : new int[] {0, 20, 300}) {
            byte[] plain = bytes(length);
            MemorySegment packet = sealed(context, key, plain);
            MemorySegment opened = Arena.ofAuto().allocate(length + 1);
            for (int bit = 0; bit < 8 * packet.byteSize(); bit++) {
                flip(packet, bit);
                assertThat(open(context, key, COUNTER, packet, opened)).as("bit " + bit).isFalse();
                flip(packet, bit);
            }
            for (int bit = 0; bit < Long.SIZE; bit++) {
                assertThat(open(context, key, COUNTER ^ 1L << bit, packet, opened)).isFalse();
            }
            assertThat(open(context, provider.key(bytes(32)), COUNTER, packet, opened)).isFalse();
            assertThat(open(context, key, COUNTER, packet, opened)).isTrue();
            assertThat(opened.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE)).isEqualTo(plain);
        }
    }

    @ParameterizedTest
    @MethodSource(PRESENT)
    void treatsAPacketWithoutRoomForATagAsForged(Present.Candidate candidate) {
        NativeAead provider = candidate.provider();
        AeadContext context = provider.context();
        AeadKey key = provider.key(bytes(32));
        MemorySegment packet = Arena.ofAuto().allocate(HEADER + TAG);
        for (int sealed = 0; sealed <= TAG; sealed++) {
            assertThat(context.open(key, 1, packet, 0, HEADER, sealed, packet, 0)).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource(PRESENT)
    void takesAnyMixOfHeapAndNativeMemory(Present.Candidate candidate) {
        NativeAead provider = candidate.provider();
        AeadContext context = provider.context();
        AeadKey key = provider.key(bytes(32));
        for (int length : new int[] {0, 1, 1300, 5000}) {
            byte[] plain = bytes(length);
            MemorySegment expected = sealed(context, key, plain);
            for (int mix = 0; mix < 4; mix++) {
                MemorySegment in = memory((mix & 1) != 0, length);
                MemorySegment out = memory((mix & 2) != 0, HEADER + length + TAG);
                MemorySegment.copy(plain, 0, in, ValueLayout.JAVA_BYTE, 0, length);
                MemorySegment.copy(expected, 0, out, 0, HEADER);

                context.seal(key, COUNTER, out, 0, HEADER, in, 0, length);
                assertThat(out.mismatch(expected)).as("mix " + mix).isEqualTo(-1);
                in.fill((byte) 0);
                assertThat(open(context, key, COUNTER, out, in)).isTrue();
                assertThat(in.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(plain);
            }
        }
    }

    @ParameterizedTest
    @MethodSource(PRESENT)
    void throwsBeforeAnythingLeavesItsSegment(Present.Candidate candidate) {
        NativeAead provider = candidate.provider();
        AeadContext context = provider.context();
        AeadKey key = provider.key(bytes(32));
        for (boolean heap : new boolean[] {false, true}) {
            MemorySegment out = memory(heap, 100);
            MemorySegment in = memory(heap, 50);
            int[][] wrong = {
                {0, 69, 0, 16},
                {1, 16, 0, 68},
                {-1, 16, 0, 4},
                {0, -1, 0, 4},
                {0, 16, 0, -1},
                {0, 16, 0, 51},
                {0, 16, 47, 4},
                {0, 16, -1, 4},
                {101, 0, 0, 0},
                {0, Integer.MAX_VALUE, 0, 4},
                {0, 16, 0, Integer.MAX_VALUE},
            };
            for (int[] w : wrong) {
                assertThatThrownBy(() -> context.seal(key, 1, out, w[0], w[1], in, w[2], w[3]))
                        .as(Arrays.toString(w))
                        .isInstanceOf(IndexOutOfBoundsException.class);
            }
            int[][] wrongOpen = {
                {0, 16, 85, 0},
                {-1, 16, 20, 0},
                {0, -1, 20, 0},
                {0, 16, 67, 0},
                {0, 16, 20, 47},
                {0, 16, 20, -1},
                {0, 16, Integer.MAX_VALUE, 0},
                {0, Integer.MAX_VALUE, 20, 0},
            };
            for (int[] w : wrongOpen) {
                assertThatThrownBy(() -> context.open(key, 1, out, w[0], w[1], w[2], in, w[3]))
                        .as(Arrays.toString(w))
                        .isInstanceOf(IndexOutOfBoundsException.class);
            }
            assertThat(out.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
            assertThat(in.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
        }
    }

    @ParameterizedTest
    @MethodSource(PRESENT)
    void refusesMemoryThatIsClosedOrReadOnlyOrAnotherThreads(Present.Candidate candidate)
            throws Exception {
        NativeAead provider = candidate.provider();
        AeadContext context = provider.context();
        AeadKey key = provider.key(bytes(32));
        MemorySegment good = Arena.ofAuto().allocate(100);
        MemorySegment closed;
        try (Arena arena = Arena.ofConfined()) {
            closed = arena.allocate(100);
            MemorySegment foreign = closed;
            try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
                Future<?> call =
                        thread.submit(() -> context.seal(key, 1, foreign, 0, HEADER, good, 0, 10));
                assertThatThrownBy(call::get).hasCauseInstanceOf(WrongThreadException.class);
            }
        }

        assertThatThrownBy(() -> context.seal(key, 1, closed, 0, HEADER, good, 0, 10))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> context.seal(key, 1, good, 0, HEADER, closed, 0, 10))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> context.seal(key, 1, good.asReadOnly(), 0, HEADER, good, 40, 10))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @MethodSource(PRESENT)
    void refusesADestroyedKeyAndOnesOfOthers(Present.Candidate candidate) {
        NativeAead provider = candidate.provider();
        AeadContext context = provider.context();
        MemorySegment packet = Arena.ofAuto().allocate(100);
        NativeKey key = (NativeKey) provider.key(bytes(32));
        context.seal(key, 1, packet, 0, HEADER, packet, HEADER, 8);
        key.destroy();

        assertThatThrownBy(() -> context.seal(key, 2, packet, 0, HEADER, packet, HEADER, 8))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> context.open(key, 1, packet, 0, HEADER, 24, packet, HEADER))
                .isInstanceOf(IllegalStateException.class);
        assertThat(GcmSchedulesTest.bytesAt(key.address(), 32)).containsOnly(0);
        AeadKey jdk = JcaAead.aesGcm().key(bytes(32));
        assertThatThrownBy(() -> context.seal(jdk, 2, packet, 0, HEADER, packet, HEADER, 8))
                .isInstanceOf(ClassCastException.class);
        for (KeyForm form : KeyForm.values()) {
            if (form != key.form()) {
                NativeKey other = new NativeKey(form, bytes(32));
                assertThatThrownBy(
                                () -> context.seal(other, 2, packet, 0, HEADER, packet, HEADER, 8))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @ParameterizedTest
    @MethodSource(PRESENT)
    void keepsManyKeysApartInOneContext(Present.Candidate candidate) {
        NativeAead provider = candidate.provider();
        AeadContext context = provider.context();
        AeadKey[] keys = {
            provider.key(bytes(32)), provider.key(bytes(32)), provider.key(bytes(32))
        };
        byte[] plain = bytes(40);
        MemorySegment opened = Arena.ofAuto().allocate(40);
        for (int round = 0; round < 30; round++) {
            MemorySegment packet = sealed(context, keys[round % 3], plain);
            for (int k = 0; k < 3; k++) {
                assertThat(open(context, keys[k], COUNTER, packet, opened))
                        .isEqualTo(k == round % 3);
            }
        }
    }

    @ParameterizedTest
    @MethodSource(PRESENT)
    void twoThreadsShareAKeyWithAContextEach(Present.Candidate candidate) throws Exception {
        NativeAead provider = candidate.provider();
        AeadKey key = provider.key(bytes(32));
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Callable<Integer> work = () -> roundTrips(provider, key, 20_000);
            Future<Integer> one = threads.submit(work);
            Future<Integer> other = threads.submit(work);

            assertThat(one.get()).isEqualTo(20_000);
            assertThat(other.get()).isEqualTo(20_000);
        }
    }

    @ParameterizedTest
    @MethodSource(PRESENT)
    void allocatesNothingForAPacket(Present.Candidate candidate) {
        NativeAead provider = candidate.provider();
        AeadContext context = provider.context();
        AeadKey key = provider.key(bytes(32));
        AeadKey another = provider.key(bytes(32));
        MemorySegment packet = Arena.ofAuto().allocate(2000, 64);
        MemorySegment opened = Arena.ofAuto().allocate(2000, 64);
        long[] counter = new long[1];
        double bytes =
                Allocation.bytesPerCall(
                        20_000,
                        () -> {
                            long now = ++counter[0];
                            AeadKey used = (now & 1) == 0 ? key : another;
                            context.seal(used, now, packet, 0, HEADER, opened, 0, 1300);
                            context.open(used, now, packet, 0, HEADER, 1316, opened, 0);
                        });

        assertThat(bytes).isLessThan(1.0);
    }

    @Test
    void refusesKeysOfAnotherLength() {
        for (AeadCipher cipher : AeadCipher.values()) {
            for (NativeAead provider : Present.of(cipher)) {
                for (int length : new int[] {0, 16, 31, 33}) {
                    assertThatThrownBy(() -> provider.key(new byte[length]))
                            .isInstanceOf(IllegalArgumentException.class);
                }
            }
        }
    }

    private static int roundTrips(NativeAead provider, AeadKey key, int rounds) {
        AeadContext context = provider.context();
        int right = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment packet = arena.allocate(400);
            MemorySegment plain = arena.allocate(300);
            MemorySegment opened = arena.allocate(300);
            for (int i = 0; i < rounds; i++) {
                int length = i % 300;
                plain.fill((byte) i);
                context.seal(key, i, packet, 0, HEADER, plain, 0, length);
                boolean genuine = context.open(key, i, packet, 0, HEADER, length + TAG, opened, 0);
                MemorySegment got = opened.asSlice(0, length);
                right += genuine && got.mismatch(plain.asSlice(0, length)) < 0 ? 1 : 0;
            }
        }
        return right;
    }

    private MemorySegment sealed(AeadContext context, AeadKey key, byte[] plain) {
        MemorySegment packet = Arena.ofAuto().allocate(HEADER + plain.length + TAG);
        MemorySegment.copy(bytes(HEADER), 0, packet, ValueLayout.JAVA_BYTE, 0, HEADER);
        MemorySegment in = MemorySegment.ofArray(plain);
        context.seal(key, COUNTER, packet, 0, HEADER, in, 0, plain.length);
        return packet;
    }

    private static boolean open(
            AeadContext context,
            AeadKey key,
            long counter,
            MemorySegment packet,
            MemorySegment opened) {
        int sealed = (int) packet.byteSize() - HEADER;
        return context.open(key, counter, packet, 0, HEADER, sealed, opened, 0);
    }

    private static MemorySegment memory(boolean heap, int bytes) {
        return heap ? MemorySegment.ofArray(new byte[bytes]) : Arena.ofAuto().allocate(bytes);
    }

    private static void flip(MemorySegment packet, int bit) {
        byte old = packet.get(ValueLayout.JAVA_BYTE, bit / 8);
        packet.set(ValueLayout.JAVA_BYTE, bit / 8, (byte) (old ^ 1 << bit % 8));
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
