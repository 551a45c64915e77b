package dev.asterism.overlay.config;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The ports of a firewall rule: numbers, or one of two special forms.
 *
 * @param first 0 for any, -1 for later fragments, else 1 to 65535
 * @param last as {@code first}, never below it
 */
public record PortRange(int first, int last) {

    public static final PortRange ANY = new PortRange(0, 0);
    public static final PortRange FRAGMENT = new PortRange(-1, -1);

    /** The ports are unsigned 16-bit numbers. */
    private static final int MAX_PORT = 0xFFFF;

    public PortRange {
        boolean special = first == last && (first == 0 || first == -1);
        if (!special && (first < 1 || last < first || last > MAX_PORT)) {
            throw new IllegalArgumentException("not a range of ports: " + first + " to " + last);
        }
    }

    public boolean isAny() {
        return first == 0;
    }

    public boolean isFragment() {
        return first == -1;
    }

    /**
     * Reads {@code any}, {@code fragment}, a number or {@code a-b}, as Nebula 1.12 does: no sign, any number of leading
     * zeros, and blanks only around the numbers of a range. A range that begins at 0 is any port.
     *
     * @param key for messages: {@code port} or {@code code}
     * @param refused gets what is wrong
     * @return null when {@code refused} was called
     */
    static @Nullable PortRange parse(String key, String text, Consumer<String> refused) {
        if (text.equals("any")) {
            return ANY;
        }
        if (text.equals("fragment")) {
            return FRAGMENT;
        }
        int dash = text.indexOf('-');
        if (dash < 0) {
            int port = number(text, key + " ", refused);
            return port < 0 ? null : new PortRange(port, port);
        }
        String from = stripBlanks(text.substring(0, dash));
        String to = stripBlanks(text.substring(dash + 1));
        if (from.isEmpty() || to.isEmpty()) {
            refused.accept(key + " appears to be a range but could not be parsed; `" + text + "`");
            return null;
        }
        int first = number(from, key + " beginning range ", refused);
        int last = first < 0 ? -1 : number(to, key + " ending range ", refused);
        return last < 0 ? null : range(first, last, refused);
    }

    private static @Nullable PortRange range(int first, int last, Consumer<String> refused) {
        if (first == 0) {
            return ANY;
        }
        if (first > last) {
            // Nebula's words, although the start is the higher one.
            refused.accept("`start port was lower than end port`");
            return null;
        }
        return new PortRange(first, last);
    }

    /** -1 when it is none. */
    private static int number(String text, String which, Consumer<String> refused) {
        int value = text.isEmpty() ? -1 : 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                value = -1;
                break;
            }
            value = Math.min(value * 10 + c - '0', MAX_PORT + 1);
        }
        if (value < 0) {
            refused.accept(which + "was not a number; `" + text + "`");
        } else if (value > MAX_PORT) {
            refused.accept(which + "out of range [0,65535]; `" + text + "`");
            return -1;
        }
        return value;
    }

    private static String stripBlanks(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && text.charAt(from) == ' ') {
            from++;
        }
        while (to > from && text.charAt(to - 1) == ' ') {
            to--;
        }
        return text.substring(from, to);
    }

    /** As the configuration spells it: {@code any}, {@code fragment}, {@code 80} or {@code 80-90}. */
    @Override
    public String toString() {
        if (isAny()) {
            return "any";
        }
        if (isFragment()) {
            return "fragment";
        }
        return first == last ? String.valueOf(first) : first + "-" + last;
    }
}
