package dev.asterism.overlay.config;

import org.jspecify.annotations.Nullable;

/** The grammar of a rule's port: {@code any}, {@code fragment}, a number or {@code from-to}. */
final class PortText {

    private PortText() {}

    /** What is wrong with it; null when nothing is. */
    static @Nullable String check(String text) {
        if (text.equals("any") || text.equals("fragment")) {
            return null;
        }
        int dash = text.indexOf('-');
        if (dash < 0) {
            return checkNumber(text, "port");
        }
        String from = text.substring(0, dash).strip();
        String to = text.substring(dash + 1).strip();
        if (from.isEmpty() || to.isEmpty()) {
            return "port appears to be a range but could not be parsed; `" + text + "`";
        }
        String wrong = checkNumber(from, "beginning range");
        if (wrong == null) {
            wrong = checkNumber(to, "ending range");
        }
        return wrong != null ? wrong : checkOrder(Long.parseLong(from), Long.parseLong(to));
    }

    private static @Nullable String checkNumber(String text, String what) {
        Long number = Scalars.number(text);
        if (number == null) {
            return what + " was not a number; `" + text + "`";
        }
        return number < 0 || number > 0xFFFF ? "port out of range [0,65535]; `" + text + "`" : null;
    }

    /** A range from 0 means any port, whatever its end. */
    private static @Nullable String checkOrder(long from, long to) {
        return from != 0 && from > to ? "`start port was lower than end port`" : null;
    }
}
