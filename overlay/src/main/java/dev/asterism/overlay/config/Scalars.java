package dev.asterism.overlay.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reading single words: booleans and whole numbers. */
final class Scalars {

    private Scalars() {}

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
}
