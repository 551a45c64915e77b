package dev.asterism.tun.aead;

import dev.asterism.overlay.aead.AeadCipher;
import dev.asterism.overlay.aead.AeadContext;
import dev.asterism.overlay.aead.AeadKey;
import dev.asterism.overlay.aead.AeadProvider;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a provider must answer before it may touch a packet: one published vector, then a pattern at
 * lengths around those where implementations change their way, apart and in place, with right and
 * wrong tags. The pattern's tags were computed by the JDK's ciphers; a test computes them again.
 */
final class KnownAnswers {

    private static final int AAD = 16;
    private static final int TAG = AeadProvider.TAG_BYTES;
    private static final int MAX_LENGTH = 9000;
    private static final int INTERPRETED_MAX = 65;
    private static final long FIRST_COUNTER = 0x0102030405060000L;
    private static final int OVERLAP = 40;

    /**
     * A published vector.
     *
     * @param prefix the first four bytes of the nonce
     * @param counter the others, as the cipher orders them
     */
    record Published(
            String key, int prefix, long counter, String aad, String plain, String sealed) {}

    /** Tag of {@code length} bytes of the pattern. */
    record Pattern(int length, String tag) {}

    /** McGrew, Viega: The Galois/Counter Mode of Operation (2005), test case 16. */
    static final Published GCM =
            new Published(
                    "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
                    0xcafebabe,
                    0xfacedbaddecaf888L,
                    "feedfacedeadbeeffeedfacedeadbeefabaddad2",
                    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                            + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
                    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                            + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                            + "76fc6ece0f4e1768cddf8853bb2d551b");

    /** RFC 8439 2.8.2. */
    static final Published CHACHA =
            new Published(
                    "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
                    0x07000000,
                    0x4746454443424140L,
                    "50515253c0c1c2c3c4c5c6c7",
                    "4c616469657320616e642047656e746c656d656e206f662074686520636c6173"
                            + "73206f66202739393a204966204920636f756c64206f6666657220796f75206f"
                            + "6e6c79206f6e652074697020666f7220746865206675747572652c2073756e73"
                            + "637265656e20776f756c642062652069742e",
                    "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"
                            + "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"
                            + "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
                            + "3ff4def08e4b7a9de576d26586cec64b6116"
                            + "1ae10b594f09e26a7e902ecbd0600691");

    static final List<Pattern> GCM_PATTERNS =
            List.of(
                    new Pattern(0, "7b950170318b1754e426121f74ac7846"),
                    new Pattern(1, "c7ee7d04f146c6f7be069e8d00246333"),
                    new Pattern(16, "d2e282bb5862cc55a1a5773ed568cb7e"),
                    new Pattern(17, "b6850c54db428ec47043bc561a9bc9fd"),
                    new Pattern(63, "d1fcc7a4a5db1e263ec08b95c0cf767d"),
                    new Pattern(64, "b56a76500be7ff167c39f7c7d1551d25"),
                    new Pattern(65, "19a9205dfc31dd77d4eafc079b97920b"),
                    new Pattern(1300, "8ec292d7e311d9547a2fd9f95c933367"),
                    new Pattern(MAX_LENGTH, "1acb2d11fb8245584ee40632e8d1d2d9"));

    static final List<Pattern> CHACHA_PATTERNS =
            List.of(
                    new Pattern(0, "b870c34885bacd8066849b6a6567b945"),
                    new Pattern(1, "34997c80b45ac780d287dfb0661d7dff"),
                    new Pattern(16, "ee6b6950b63b0e237bd246027ee31371"),
                    new Pattern(17, "4bb07a5dfa96f66ab33cefd3108747d8"),
                    new Pattern(63, "55de7f086ed58d1d1787f1aa3339f7a6"),
                    new Pattern(64, "5a8c1a78ac49f489c8d18153a79341ff"),
                    new Pattern(65, "29a92f5026cb88d1d1d31513b3a1bcf3"),
                    new Pattern(1300, "2ea268e058a99eef69b4e8a9ae6d445c"),
                    new Pattern(MAX_LENGTH, "e8ad87fb7f23e05a79c674e6622607d4"));

    private final AeadProvider provider;
    private final MemorySegment plain;
    private final MemorySegment packet;
    private final MemorySegment opened;
    private final MemorySegment tag;

    private KnownAnswers(AeadProvider provider, Arena arena) {
        this.provider = provider;
        plain = arena.allocate(MAX_LENGTH, 64);
        packet = arena.allocate(OVERLAP + AAD + MAX_LENGTH + TAG, 64);
        opened = arena.allocate(MAX_LENGTH, 64);
        tag = arena.allocate(TAG, 8);
    }

    /** What was wrong, or null when everything was right. */
    static @Nullable String wrong(AeadProvider provider, AeadCipher cipher) {
        boolean gcm = cipher == AeadCipher.AES;
        try (Arena arena = Arena.ofConfined()) {
            KnownAnswers check = new KnownAnswers(provider, arena);
            if (provider instanceof NativeAead made
                    && !check.isRight(made, gcm ? GCM : CHACHA, arena)) {
                return "a published test vector came out wrong";
            }
            int length =
                    check.firstWrong(
                            gcm ? GCM_PATTERNS : CHACHA_PATTERNS,
                            provider instanceof NativeAead ? MAX_LENGTH : INTERPRETED_MAX);
            return length < 0 ? null : "its known-answer test failed at " + length + " bytes";
        } catch (IllegalStateException e) {
            return "its known-answer test ended with: " + e.getMessage();
        }
    }

    private boolean isRight(NativeAead made, Published vector, Arena arena) {
        byte[] aad = hex(vector.aad());
        byte[] message = hex(vector.plain());
        MemorySegment sealed = arena.allocate((long) aad.length + message.length + TAG);
        MemorySegment.copy(aad, 0, sealed, ValueLayout.JAVA_BYTE, 0, aad.length);
        MemorySegment in = MemorySegment.ofArray(message);
        AeadKey key = made.key(hex(vector.key()));
        made.context(vector.prefix())
                .seal(key, vector.counter(), sealed, 0, aad.length, in, 0, message.length);
        return sealed.asSlice(aad.length).mismatch(MemorySegment.ofArray(hex(vector.sealed())))
                == -1;
    }

    /** A length at which something was wrong, or -1. Counters differ, as the JDK insists. */
    private int firstWrong(List<Pattern> patterns, int largest) {
        byte[] raw = new byte[AeadProvider.KEY_BYTES];
        for (int i = 0; i < raw.length; i++) {
            raw[i] = (byte) i;
        }
        // In an array first: nothing is compiled yet, and interpreted access to segments is slow.
        byte[] pattern = new byte[largest];
        for (int i = 0; i < largest; i++) {
            pattern[i] = (byte) (7 * i + (i >> 8));
        }
        MemorySegment.copy(pattern, 0, plain, ValueLayout.JAVA_BYTE, 0, largest);
        writeAad();
        AeadKey key = provider.key(raw);
        AeadContext context = provider.context();
        for (Pattern answer : patterns) {
            if (answer.length() <= largest && !isRightApart(context, key, answer)) {
                return answer.length();
            }
        }
        for (Pattern answer : patterns) {
            if (answer.length() <= largest && !isRightInPlace(context, key, answer)) {
                return answer.length();
            }
        }
        key.destroy();
        return -1;
    }

    /** Sealed from elsewhere; opened to elsewhere, with a wrong tag, and where it stands. */
    private boolean isRightApart(AeadContext context, AeadKey key, Pattern pattern) {
        int length = pattern.length();
        context.seal(key, FIRST_COUNTER + length, packet, OVERLAP, AAD, plain, 0, length);
        return hasTag(pattern)
                && opens(context, key, length, opened, 0)
                && isPlain(opened, 0, length)
                && refusesWrongTag(context, key, length)
                && opens(context, key, length, packet, OVERLAP + AAD)
                && isPlain(packet, OVERLAP + AAD, length);
    }

    /** Sealed where it stands, and opened a little below, over the associated data. */
    private boolean isRightInPlace(AeadContext context, AeadKey key, Pattern pattern) {
        int length = pattern.length();
        long at = OVERLAP + AAD;
        MemorySegment.copy(plain, 0, packet, at, length);
        writeAad();
        context.seal(key, FIRST_COUNTER + length, packet, OVERLAP, AAD, packet, at, length);
        return hasTag(pattern)
                && opens(context, key, length, packet, at - OVERLAP)
                && isPlain(packet, at - OVERLAP, length);
    }

    private void writeAad() {
        for (int i = 0; i < AAD; i++) {
            packet.set(ValueLayout.JAVA_BYTE, OVERLAP + i, (byte) (0x40 + i));
        }
    }

    private boolean hasTag(Pattern pattern) {
        MemorySegment.copy(hex(pattern.tag()), 0, tag, ValueLayout.JAVA_BYTE, 0, TAG);
        long at = (long) OVERLAP + AAD + pattern.length();
        return packet.asSlice(at, TAG).mismatch(tag) == -1;
    }

    private boolean opens(
            AeadContext context, AeadKey key, int length, MemorySegment out, long outAt) {
        return context.open(
                key, FIRST_COUNTER + length, packet, OVERLAP, AAD, length + TAG, out, outAt);
    }

    private boolean isPlain(MemorySegment memory, long at, int length) {
        return memory.asSlice(at, length).mismatch(plain.asSlice(0, length)) == -1;
    }

    private boolean refusesWrongTag(AeadContext context, AeadKey key, int length) {
        long last = (long) OVERLAP + AAD + length + TAG - 1;
        byte right = packet.get(ValueLayout.JAVA_BYTE, last);
        packet.set(ValueLayout.JAVA_BYTE, last, (byte) (right ^ 0x80));
        boolean opened = opens(context, key, length, this.opened, 0);
        packet.set(ValueLayout.JAVA_BYTE, last, right);
        return !opened;
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
