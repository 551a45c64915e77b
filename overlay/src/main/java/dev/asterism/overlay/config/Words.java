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

    /** Levenshtein distance. */
    static int distance(String a, String b) {
        int[] above = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
            }
            int[] swap = above;
            above = row;
            row = swap;
        }
        return above[b.length()];
    }
}
