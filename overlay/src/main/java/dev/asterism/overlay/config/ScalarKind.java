package dev.asterism.overlay.config;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an unquoted YAML scalar means: the YAML 1.2 core schema with Go's integer spellings (spec
 * behaviour.md 2.2). {@code yes}, {@code no}, {@code on}, {@code off} are strings.
 */
public enum ScalarKind {
    STRING("string"),
    INTEGER("int"),
    FLOAT("float64"),
    BOOLEAN("bool"),
    NULL("null"),
    DATE("date");

    private static final int LONGEST_NUMBER = 64;
    private static final Pattern REAL =
            Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
    private static final Pattern DATE_TEXT =
            Pattern.compile("[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt \\t].*)?");
    private static final BigDecimal PLAIN_FLOAT_LIMIT = new BigDecimal("1e21");

    private final String word;

    ScalarKind(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }

    /** The kind of an unquoted scalar. */
    static ScalarKind of(String text) {
        return switch (text) {
            case "", "~", "null", "Null", "NULL" -> NULL;
            case "true", "True", "TRUE", "false", "False", "FALSE" -> BOOLEAN;
            case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF" ->
                    FLOAT;
            case ".nan", ".NaN", ".NAN" -> FLOAT;
            default -> ofOther(text);
        };
    }

    private static ScalarKind ofOther(String text) {
        char first = text.charAt(0);
        boolean numeric = first >= '0' && first <= '9' || first == '-' || first == '+';
        if (!numeric && first != '.' || text.length() > LONGEST_NUMBER) {
            return STRING;
        }
        if (DATE_TEXT.matcher(text).matches()) {
            return DATE;
        }
        if (numeric && integer(text) != null) {
            return INTEGER;
        }
        return REAL.matcher(text.replace("_", "")).matches() ? FLOAT : STRING;
    }

    String canonical(String text) {
        return switch (this) {
            case INTEGER -> {
                BigInteger value = integer(text);
                yield value == null ? text : value.toString();
            }
            case FLOAT -> wholeFloat(text);
            case BOOLEAN -> text.toLowerCase(java.util.Locale.ROOT);
            case STRING, NULL, DATE -> text;
        };
    }

    /** 4242.0 and 1e3 print as whole numbers in Go; others stay as written. */
    private static String wholeFloat(String text) {
        String plain = text.replace("_", "");
        if (!REAL.matcher(plain).matches() || exponentTooLong(plain)) {
            return text;
        }
        BigDecimal value = new BigDecimal(Double.parseDouble(plain));
        boolean whole = value.stripTrailingZeros().scale() <= 0;
        return whole && value.abs().compareTo(PLAIN_FLOAT_LIMIT) < 0
                ? value.toBigInteger().toString()
                : text;
    }

    private static boolean exponentTooLong(String number) {
        int at = Math.max(number.indexOf('e'), number.indexOf('E'));
        return at >= 0 && number.length() - at > 5 || Double.isInfinite(Double.parseDouble(number));
    }

    private static @Nullable BigInteger integer(String text) {
        String plain = text.replace("_", "");
        boolean negative = plain.startsWith("-");
        String digits = negative || plain.startsWith("+") ? plain.substring(1) : plain;
        int radix = radix(digits);
        String magnitude = radix == 10 ? digits : digits.substring(digits.charAt(1) > '9' ? 2 : 1);
        if (magnitude.isEmpty()) {
            return null;
        }
        for (int i = 0; i < magnitude.length(); i++) {
            char c = magnitude.charAt(i);
            if (c >= 128 || Character.digit(c, radix) < 0) {
                return null;
            }
        }
        BigInteger value = new BigInteger(magnitude, radix);
        int limit = negative ? 63 : 64;
        return value.bitLength() > limit ? null : negative ? value.negate() : value;
    }

    private static int radix(String digits) {
        if (digits.length() < 2 || digits.charAt(0) != '0') {
            return 10;
        }
        return switch (digits.charAt(1)) {
            case 'x', 'X' -> 16;
            case 'o', 'O' -> 8;
            case 'b', 'B' -> 2;
            default -> 8;
        };
    }
}
