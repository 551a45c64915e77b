package dev.asterism.l7.hpack;

import dev.asterism.l7.http.Head;
import java.util.Arrays;

/**
 * The code of RFC 7541 appendix B, read eight bits at a time. The code is canonical, so the lengths of its symbols
 * say all: {@link #LENGTHS} has one letter for each symbol, 'A' is 5 bits, and the last one is EOS. Immutable.
 */
final class Huffman {

    private static final String LENGTHS =
            "ISXXXXXXXTZXXZXXXXXXXXZXXXXXXXXXBFFHIBDGFFDGDBBBAAABBBBBBBCDKBHFIBCCCCCCCCCCCCCCCCCCCCCCDCDI"
                    + "OIJBKABABABBBACCBBBABCBAABCCCCCKGJIXPRPPRRRSRSSSSSTSTTRSTSSSSQRSRSSTRQPRRSSQSRRTQRSSQQRQSRSS"
                    + "PRRRSRRSVVPORSRUVVVWWVTUOQVWWVWTQQVVXWWWPTPQRQQSRRUUTTVSVWVVWWWWWXWWWWWVZ";

    private static final int SHORTEST = 5;
    private static final int LONGEST = 30;
    private static final int EOS = 256;

    /**
     * By table and next eight bits: above 0 the next table, else minus (symbol, and in the low four bits its length).
     */
    private static final short[] TABLES = tables();

    private Huffman() {}

    private static short[] tables() {
        short[] tables = new short[256 * 4];
        int made = 1;
        int code = 0;
        for (int length = SHORTEST; length <= LONGEST; length++) {
            for (int symbol = 0; symbol <= EOS; symbol++) {
                if (LENGTHS.charAt(symbol) - 'A' + SHORTEST != length) {
                    continue;
                }
                int table = 0;
                int left = length;
                for (; left > 8; left -= 8) {
                    int at = table << 8 | code >> left - 8 & 0xff;
                    if (tables[at] == 0) {
                        if (made << 8 == tables.length) {
                            tables = Arrays.copyOf(tables, 2 * tables.length);
                        }
                        tables[at] = (short) made++;
                    }
                    table = tables[at];
                }
                int from = table << 8 | code << 8 - left & 0xff;
                Arrays.fill(tables, from, from + (1 << 8 - left), (short) -(symbol << 4 | left));
                code++;
            }
            code <<= 1;
        }
        return tables;
    }

    /**
     * Appends the decoded bytes to the head's own; returns how many, or -1 for a code that is none or wrong padding.
     */
    static int decode(byte[] in, int from, int to, Head head) {
        int start = head.reserve((to - from) * 8 / SHORTEST + 8);
        byte[] out = head.bytes();
        int end = start;
        int p = from;
        int bits = 0;
        int table = 0;
        long word = 0;
        while (true) {
            while (bits < 56 && p < to) {
                word = word << 8 | in[p++] & 0xff;
                bits += 8;
            }
            if (bits == 0) {
                break;
            }
            int look = look(word, bits);
            int step = TABLES[table << 8 | look];
            int used = step > 0 ? 8 : -step & 15;
            if (used > bits) {
                // Fewer bits than a symbol: padding, which is the beginning of EOS and so all ones.
                if (table != 0 || look != 0xff) {
                    return -1;
                }
                break;
            }
            bits -= used;
            if (step > 0) {
                table = step;
                continue;
            }
            int symbol = -step >> 4;
            if (step == 0 || symbol == EOS) {
                return -1;
            }
            out[end++] = (byte) symbol;
            table = 0;
        }
        if (table != 0) {
            return -1;
        }
        head.ownLength(end);
        return end - start;
    }

    /** The next eight bits, with ones behind the last. */
    private static int look(long word, int bits) {
        long look = bits >= 8 ? word >>> bits - 8 : word << 8 - bits | 0xff >>> bits;
        return (int) look & 0xff;
    }
}
