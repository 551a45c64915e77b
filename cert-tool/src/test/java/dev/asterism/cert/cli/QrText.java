package dev.asterism.cert.cli;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import javax.imageio.ImageIO;

/**
 * Reads a QR code (ISO 18004) back from a picture without blemish, such as a program draws: error correction level M, 5
 * pixels per module and 4 modules around it. Errors are not corrected, so a wrong module is a wrong text.
 */
final class QrText {

    private static final int PIXELS = 5;
    private static final int QUIET = 4;

    /** Of level M, by version from 1: code words for correction in each block, and blocks. */
    private static final int[] CORRECTION = {
        10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28,
        28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28
    };

    private static final int[] BLOCKS = {
        1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23,
        25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49
    };

    private static final String ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

    private final BufferedImage image;
    private final int size;
    private final int version;
    private final int mask;
    private byte[] data = {};
    private int at;

    private QrText(BufferedImage image) {
        this.image = image;
        size = image.getWidth() / PIXELS - 2 * QUIET;
        version = (size - 17) / 4;
        int format = 0;
        for (int bit = 0; bit < 15; bit++) {
            format |= isDark(formatX(bit), formatY(bit)) ? 1 << bit : 0;
        }
        format ^= 0x5412;
        if (format >> 13 != 0) {
            throw new AssertionError("the level of correction is not M: " + format);
        }
        mask = format >> 10 & 7;
    }

    static String of(byte[] png) throws IOException {
        QrText code = new QrText(ImageIO.read(new ByteArrayInputStream(png)));
        code.data = code.withoutCorrection(code.codeWords());
        return code.text();
    }

    private static int formatX(int bit) {
        return bit < 8 ? 8 : bit == 8 ? 7 : 14 - bit;
    }

    private static int formatY(int bit) {
        return bit < 6 ? bit : bit < 8 ? bit + 1 : 8;
    }

    private boolean isDark(int x, int y) {
        int middle = PIXELS / 2;
        return (image.getRGB((x + QUIET) * PIXELS + middle, (y + QUIET) * PIXELS + middle) & 0xFF)
                < 0x80;
    }

    private byte[] codeWords() {
        BitSet bits = new BitSet();
        int count = 0;
        for (int right = size - 1; right >= 1; right -= 2) {
            if (right == 6) {
                right = 5;
            }
            boolean isUpward = (right + 1 & 2) == 0;
            for (int step = 0; step < 2 * size; step++) {
                int x = right - step % 2;
                int y = isUpward ? size - 1 - step / 2 : step / 2;
                if (!isFunction(x, y)) {
                    bits.set(count++, isDark(x, y) != isMasked(x, y));
                }
            }
        }
        byte[] words = new byte[count / 8];
        for (int i = 0; i < 8 * words.length; i++) {
            words[i / 8] |= (byte) (bits.get(i) ? 0x80 >> i % 8 : 0);
        }
        return words;
    }

    private boolean isMasked(int x, int y) {
        return switch (mask) {
            case 0 -> (x + y) % 2 == 0;
            case 1 -> y % 2 == 0;
            case 2 -> x % 3 == 0;
            case 3 -> (x + y) % 3 == 0;
            case 4 -> (x / 3 + y / 2) % 2 == 0;
            case 5 -> x * y % 2 + x * y % 3 == 0;
            case 6 -> (x * y % 2 + x * y % 3) % 2 == 0;
            default -> ((x + y) % 2 + x * y % 3) % 2 == 0;
        };
    }

    /** Finders with formats, timing, versions and alignment. */
    private boolean isFunction(int x, int y) {
        boolean isCorner = x <= 8 && (y <= 8 || y >= size - 8) || x >= size - 8 && y <= 8;
        boolean isVersion = version >= 7 && (x < 6 && y >= size - 11 || y < 6 && x >= size - 11);
        return isCorner || isVersion || x == 6 || y == 6 || isAlignment(x, y);
    }

    private boolean isAlignment(int x, int y) {
        int column = alignment(x);
        int row = alignment(y);
        int last = version / 7 + 1;
        boolean isFinder = column == 0 && (row == 0 || row == last) || column == last && row == 0;
        return version > 1 && column >= 0 && row >= 0 && !isFinder;
    }

    /** Which centre it is near; -1 for none. */
    private int alignment(int at) {
        int count = version / 7 + 2;
        int step = version == 32 ? 26 : (version * 4 + count * 2 + 1) / (count * 2 - 2) * 2;
        for (int i = 0; i < count; i++) {
            int centre = i == 0 ? 6 : size - 7 - (count - 1 - i) * step;
            if (Math.abs(at - centre) <= 2) {
                return i;
            }
        }
        return -1;
    }

    private byte[] withoutCorrection(byte[] words) {
        int blocks = BLOCKS[version - 1];
        int small = words.length / blocks - CORRECTION[version - 1];
        int ofSmall = blocks - words.length % blocks;
        byte[][] content = new byte[blocks][];
        for (int block = 0; block < blocks; block++) {
            content[block] = new byte[block < ofSmall ? small : small + 1];
        }
        int next = 0;
        for (int i = 0; i <= small; i++) {
            for (byte[] block : content) {
                if (i < block.length) {
                    block[i] = words[next++];
                }
            }
        }
        byte[] all = new byte[next];
        int end = 0;
        for (byte[] block : content) {
            System.arraycopy(block, 0, all, end, block.length);
            end += block.length;
        }
        return all;
    }

    private int take(int bits) {
        int value = 0;
        for (int i = 0; i < bits; i++, at++) {
            value = value << 1 | data[at / 8] >> 7 - at % 8 & 1;
        }
        return value;
    }

    private int count(int... byVersion) {
        return take(byVersion[version <= 9 ? 0 : version <= 26 ? 1 : 2]);
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        while (at + 4 <= 8 * data.length) {
            int mode = take(4);
            switch (mode) {
                case 0 -> {
                    return text.toString();
                }
                case 1 -> takeDigits(text, count(10, 12, 14));
                case 2 -> takeAlphanumeric(text, count(9, 11, 13));
                case 4 -> takeBytes(text, count(8, 16, 16));
                default -> throw new AssertionError("unknown mode " + mode);
            }
        }
        return text.toString();
    }

    private void takeDigits(StringBuilder text, int count) {
        for (int left = count; left > 0; left -= 3) {
            int digits = Math.min(3, left);
            text.append(("%0" + digits + "d").formatted(take(digits * 3 + 1)));
        }
    }

    private void takeAlphanumeric(StringBuilder text, int count) {
        for (int left = count; left > 0; left -= 2) {
            if (left == 1) {
                text.append(ALPHANUMERIC.charAt(take(6)));
            } else {
                int pair = take(11);
                text.append(ALPHANUMERIC.charAt(pair / 45)).append(ALPHANUMERIC.charAt(pair % 45));
            }
        }
    }

    private void takeBytes(StringBuilder text, int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) take(8);
        }
        text.append(new String(bytes, StandardCharsets.UTF_8));
    }
}
