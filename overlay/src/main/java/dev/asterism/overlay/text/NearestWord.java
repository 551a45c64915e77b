package dev.asterism.overlay.text;

import java.util.Locale;

/** Which word somebody meant who misspelt it: a key of the configuration, a command, an option. */
public final class NearestWord {

    private static final int MAX_WORD_LENGTH = 64;

    private NearestWord() {}

    /** The candidate that {@code word} is most likely a misspelling of; empty when none is near. */
    public static String of(String word, Iterable<String> candidates) {
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
        String cut = word.length() > MAX_WORD_LENGTH ? word.substring(0, MAX_WORD_LENGTH) : word;
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
