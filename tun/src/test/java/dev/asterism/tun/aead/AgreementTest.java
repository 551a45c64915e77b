package dev.asterism.tun.aead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.aead.AeadContext;
import dev.asterism.overlay.aead.AeadKey;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every native implementation against the JDK's, byte for byte. */
class AgreementTest {

    private static final int TAG = 16;
    private static final int MARGIN = 256;
    private static final int MAX_LENGTH = 9100;
    private static final int[] AAD = {16, 16, 16, 0, 1, 12, 15, 17, 32, 64, 200};

    private final Random random = new Random(20_260_712);

    @ParameterizedTest
    @MethodSource("dev.asterism.tun.aead.Present#candidates")
    void sealsAndOpensAsTheJdkDoesAtAnyLengthAndPlace(Present.Candidate candidate) {
        Pair pair = new Pair(candidate, bytes(32));
        try (Arena arena = Arena.ofConfined()) {
            Slabs slabs = Slabs.in(arena);
            for (int round = 0; round < 1500; round++) {
                int length = round < 300 ? round : random.nextInt(MAX_LENGTH + 1);
                Case one =
                        new Case(
                                slabs,
                                length,
                                AAD[random.nextInt(AAD.length)],
                                random.nextLong(),
                                random.nextInt(64));
                one.checkApart(pair, random.nextInt(70));
                if (round % 100 == 0) {
                    pair = new Pair(candidate, bytes(32));
                }
            }
        }
    }

    /** Small lengths at each distance, larger ones at some: implementations take larger steps there. */
    @ParameterizedTest
    @MethodSource("dev.asterism.tun.aead.Present#candidates")
    void worksInPlaceAndUpTo120BytesBelow(Present.Candidate candidate) {
        Pair pair = new Pair(candidate, bytes(32));
        try (Arena arena = Arena.ofConfined()) {
            Slabs slabs = Slabs.in(arena);
            for (int length = 0; length <= 1500; length += length < 300 ? 13 : 97) {
                for (int below = 0; below <= AeadContext.MAX_OVERLAP_BYTES; below++) {
                    new Case(slabs, length, 16, random.nextLong(), 5).checkBelow(pair, below);
                }
            }
            for (int round = 0; round < 200; round++) {
                int below = random.nextInt(AeadContext.MAX_OVERLAP_BYTES + 1);
                new Case(
                                slabs,
                                random.nextInt(MAX_LENGTH + 1),
                                16,
                                random.nextLong(),
                                random.nextInt(64))
                        .checkBelow(pair, below);
            }
        }
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    /** The implementation and its reference, with one key. */
    private static final class Pair {
        final AeadContext context;
        final AeadContext reference;
        final AeadKey key;
        final AeadKey referenceKey;

        Pair(Present.Candidate candidate, byte[] raw) {
            NativeAead provider = candidate.provider();
            context = provider.context();
            key = provider.key(raw);
            reference = candidate.cipher().jdk().context();
            referenceKey = candidate.cipher().jdk().key(raw);
        }
    }

    /** Wiped for each case, so that nothing an earlier one left can help. */
    private record Slabs(MemorySegment memory, MemorySegment other) {
        static Slabs in(Arena arena) {
            long bytes = 2 * MARGIN + MAX_LENGTH + 300;
            return new Slabs(arena.allocate(bytes, 64), arena.allocate(bytes, 64));
        }
    }

    private final class Case {
        final int length;
        final int aad;
        final long counter;
        final int at;
        final byte[] header;
        final byte[] plain;
        final String name;
        final MemorySegment memory;
        final MemorySegment other;

        Case(Slabs slabs, int length, int aad, long counter, int at) {
            this.length = length;
            this.aad = aad;
            this.counter = counter;
            this.at = MARGIN + at;
            header = bytes(aad);
            plain = bytes(length);
            name = "length %d, aad %d, at %d".formatted(length, aad, at);
            memory = slabs.memory().fill((byte) 0);
            other = slabs.other().fill((byte) 0);
        }

        byte[] expected(Pair pair) {
            byte[] packet = new byte[aad + length + TAG];
            System.arraycopy(header, 0, packet, 0, aad);
            MemorySegment segment = MemorySegment.ofArray(packet);
            pair.reference.seal(
                    pair.referenceKey,
                    counter,
                    segment,
                    0,
                    aad,
                    MemorySegment.ofArray(plain),
                    0,
                    length);
            return packet;
        }

        void checkApart(Pair pair, int otherAt) {
            byte[] expected = expected(pair);
            put(header, memory, at);
            put(plain, other, otherAt);

            pair.context.seal(pair.key, counter, memory, at, aad, other, otherAt, length);

            assertThat(get(memory, at, expected.length)).as(name).isEqualTo(expected);
            checkUntouched(at, expected.length);
            other.fill((byte) 0);
            boolean genuine =
                    pair.context.open(
                            pair.key, counter, memory, at, aad, length + TAG, other, otherAt);
            assertThat(genuine).as(name).isTrue();
            assertThat(get(other, otherAt, length)).as(name).isEqualTo(plain);
            assertThat(other.get(ValueLayout.JAVA_BYTE, otherAt + length)).as(name).isZero();
        }

        void checkBelow(Pair pair, int below) {
            byte[] expected = expected(pair);
            int body = at + aad;
            put(header, memory, at);
            put(plain, memory, body + below);

            pair.context.seal(pair.key, counter, memory, at, aad, memory, body + below, length);

            String where = name + ", below " + below;
            assertThat(get(memory, at, expected.length)).as(where).isEqualTo(expected);
            boolean genuine =
                    pair.context.open(
                            pair.key, counter, memory, at, aad, length + TAG, memory, body - below);
            assertThat(genuine).as(where).isTrue();
            assertThat(get(memory, body - below, length)).as(where).isEqualTo(plain);
        }

        /** Neither before nor behind what belongs to the packet. */
        private void checkUntouched(int from, int bytes) {
            for (int i = 1; i <= 64; i++) {
                assertThat(memory.get(ValueLayout.JAVA_BYTE, from - i)).as(name).isZero();
                assertThat(memory.get(ValueLayout.JAVA_BYTE, from + bytes + i - 1))
                        .as(name)
                        .isZero();
            }
        }
    }

    private static void put(byte[] from, MemorySegment to, long at) {
        MemorySegment.copy(from, 0, to, ValueLayout.JAVA_BYTE, at, from.length);
    }

    private static byte[] get(MemorySegment from, long at, int length) {
        return from.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
    }
}
