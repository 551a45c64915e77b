package dev.asterism.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Makes inputs out of others, the same ones for the same seed. */
final class Mutator {

    private static final int MOST_STEPS = 8;
    private static final int LONGEST_PIECE = 64;
    private static final int[] TELLING = {
        0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 65, 127, 128, 129, 254, 255
    };

    private final Random random;
    private final List<byte[]> words;
    private final int mostBytes;

    Mutator(Random random, List<byte[]> words, int mostBytes) {
        this.random = random;
        this.words = words;
        this.mostBytes = mostBytes;
    }

    /** A new input, made of one or two of these. */
    byte[] mutate(List<byte[]> known) {
        byte[] bytes = pick(known);
        int steps = 1 + random.nextInt(random.nextInt(MOST_STEPS) + 1);
        for (int i = 0; i < steps; i++) {
            bytes = step(bytes, known);
        }
        return bytes.length <= mostBytes ? bytes : Arrays.copyOf(bytes, mostBytes);
    }

    private byte[] pick(List<byte[]> from) {
        return from.get(random.nextInt(from.size()));
    }

    private byte[] step(byte[] bytes, List<byte[]> known) {
        if (bytes.length == 0) {
            return piece();
        }
        int at = random.nextInt(bytes.length);
        return switch (random.nextInt(10)) {
            case 0 -> set(bytes, at, bytes[at] ^ 1 << random.nextInt(8));
            case 1 -> set(bytes, at, random.nextInt(256));
            case 2 -> set(bytes, at, TELLING[random.nextInt(TELLING.length)]);
            case 3 -> set(bytes, at, bytes[at] + random.nextInt(9) - 4);
            case 4 -> replace(bytes, at, length(bytes, at), new byte[0]);
            case 5 -> replace(bytes, at, 0, piece());
            case 6 -> replace(bytes, at, length(bytes, at), piece());
            case 7 -> {
                int from = random.nextInt(bytes.length);
                byte[] copy = Arrays.copyOfRange(bytes, from, from + length(bytes, from));
                yield replace(bytes, at, 0, copy);
            }
            case 8 -> Arrays.copyOf(bytes, at);
            default -> splice(bytes, at, pick(known));
        };
    }

    private static byte[] set(byte[] bytes, int at, int value) {
        byte[] changed = bytes.clone();
        changed[at] = (byte) value;
        return changed;
    }

    private int length(byte[] bytes, int at) {
        return 1 + random.nextInt(Math.min(bytes.length - at, LONGEST_PIECE));
    }

    /** The beginning of one with the end of another. */
    private byte[] splice(byte[] bytes, int at, byte[] other) {
        int from = other.length == 0 ? 0 : random.nextInt(other.length);
        return replace(bytes, at, bytes.length - at, Arrays.copyOfRange(other, from, other.length));
    }

    /** A word, a run of one byte, noise, or a number that is near a limit, in one of the ways numbers are written. */
    private byte[] piece() {
        if (!words.isEmpty() && random.nextInt(3) > 0) {
            return pick(words);
        }
        return switch (random.nextInt(5)) {
            case 0 -> {
                byte[] run = new byte[1 + random.nextInt(LONGEST_PIECE)];
                Arrays.fill(run, (byte) random.nextInt(256));
                yield run;
            }
            case 1 -> {
                byte[] noise = new byte[1 + random.nextInt(16)];
                random.nextBytes(noise);
                yield noise;
            }
            case 2 -> fixed(limit(), 1 << random.nextInt(4), random.nextBoolean());
            case 3 -> varint(limit());
            default -> Long.toString(limit()).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        };
    }

    private long limit() {
        long power = 1L << random.nextInt(64);
        return power + random.nextInt(3) - 1;
    }

    private static byte[] fixed(long value, int length, boolean bigEndian) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[bigEndian ? length - 1 - i : i] = (byte) (value >>> 8 * i);
        }
        return bytes;
    }

    /** As protobuf writes them. */
    private static byte[] varint(long value) {
        byte[] bytes = new byte[10];
        int length = 0;
        long left = value;
        do {
            boolean more = left >>> 7 != 0;
            bytes[length++] = (byte) (left & 0x7F | (more ? 0x80 : 0));
            left >>>= 7;
        } while (left != 0);
        return Arrays.copyOf(bytes, length);
    }

    private static byte[] replace(byte[] bytes, int at, int length, byte[] by) {
        byte[] result = new byte[bytes.length - length + by.length];
        System.arraycopy(bytes, 0, result, 0, at);
        System.arraycopy(by, 0, result, at, by.length);
        System.arraycopy(bytes, at + length, result, at + by.length, bytes.length - at - length);
        return result;
    }
}
