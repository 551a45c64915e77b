package dev.asterism.overlay.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reading single words: booleans, whole numbers, misspellings. */
final class Words {

    private static final int LONGEST_WORD = 64;

    private Words() {}

    /** The words Nebula's bool accessor takes, in any case; null for others. */
    static @Nullable Boolean bool(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "1", "t", "true", "y", "yes" -> Boolean.TRUE;
            case "0", "f", "false", "n", "no" -> Boolean.FALSE;
            default -> null;
        };
    }

    /** A decimal number with an optional sign, as Go's Atoi reads it; null for others. */
    static @Nullable Long number(String text) {
        int digits = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
        if (text.length() == digits || text.length() > 20) {
            return null;
        }
        for (int i = digits; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return null;
            }
        }
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException _) {
            return null;
        }
    }

    /** The candidate that {@code word} is most likely a misspelling of; empty when none is near. */
    static String nearest(String word, Iterable<String> candidates) {
        String best = "";
        int bestDistance = Math.max(1, Math.min(3, word.length() / 3)) + 1;
        String plain = plain(word);
        for (String candidate : candidates) {
            int distance = distance(plain, plain(candidate));
            if (distance < bestDistance) {
                best = candidate;
                bestDistance = distance;
            }
        }
        return best;
    }

    /** Case, hyphens and underscores are the most common slips and cost nothing. */
    private static String plain(String word) {
        String cut = word.length() > LONGEST_WORD ? word.substring(0, LONGEST_WORD) : word;
        return cut.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }

    /** Edit distance in which a swap of neighbours counts as one edit (optimal string alignment). */
    static int distance(String a, String b) {
        int[][] table = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                table[i][j] = i == 0 || j == 0 ? i + j : cheapestEdit(table, a, b, i, j);
            }
        }
        return table[a.length()][b.length()];
    }

    private static int cheapestEdit(int[][] table, String a, String b, int i, int j) {
        char here = a.charAt(i - 1);
        char there = b.charAt(j - 1);
        int cost = table[i - 1][j - 1] + (here == there ? 0 : 1);
        cost = Math.min(cost, 1 + Math.min(table[i - 1][j], table[i][j - 1]));
        boolean swapped = i > 1 && j > 1 && here == b.charAt(j - 2) && there == a.charAt(i - 2);
        return swapped ? Math.min(cost, table[i - 2][j - 2] + 1) : cost;
    }
}
