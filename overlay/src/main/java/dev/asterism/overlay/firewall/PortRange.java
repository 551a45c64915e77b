package dev.asterism.overlay.firewall;

/**
 * The ports of a rule: numbers, or one of the two special forms.
 *
 * @param first 0 for any, -1 for later fragments, else 1 to 65535
 * @param last as {@code first}, never below it
 */
record PortRange(int first, int last) {

    static final PortRange ANY = new PortRange(0, 0);
    static final PortRange FRAGMENT = new PortRange(-1, -1);

    boolean isAny() {
        return first == 0;
    }

    boolean isFragment() {
        return first == -1;
    }

    /**
     * Reads {@code any}, {@code fragment}, a number or {@code a-b} (spec behaviour.md 4.4).
     *
     * @throws InvalidRuleException with the text a user is to see
     */
    static PortRange parse(String text) throws InvalidRuleException {
        if (text.equals("any")) {
            return ANY;
        }
        if (text.equals("fragment")) {
            return FRAGMENT;
        }
        int dash = text.indexOf('-');
        if (dash < 0) {
            int port = number(text, "port was not a number; `%s`");
            return new PortRange(port, port);
        }
        String from = stripBlanks(text.substring(0, dash));
        String to = stripBlanks(text.substring(dash + 1));
        if (from.isEmpty() || to.isEmpty()) {
            throw new InvalidRuleException(
                    "port appears to be a range but could not be parsed; `" + text + "`");
        }
        int first = number(from, "beginning range was not a number; `%s`");
        int last = number(to, "ending range was not a number; `%s`");
        if (first == 0) {
            return ANY;
        }
        if (first > last) {
            throw new InvalidRuleException("`start port was lower than end port`");
        }
        return new PortRange(first, last);
    }

    private static int number(String text, String complaint) throws InvalidRuleException {
        // Signs and digits of any length are numbers, if useless ones: they are out of range, not
        // unreadable.
        int digitsFrom = text.startsWith("+") || text.startsWith("-") ? 1 : 0;
        if (digitsFrom == text.length()) {
            throw new InvalidRuleException(complaint.formatted(text));
        }
        long value = 0;
        for (int i = digitsFrom; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                throw new InvalidRuleException(complaint.formatted(text));
            }
            value = Math.min(value * 10 + c - '0', 1L << 32);
        }
        boolean negative = text.startsWith("-") && value != 0;
        if (negative || value > 0xFFFF) {
            throw new InvalidRuleException("port out of range [0,65535]; `" + text + "`");
        }
        return (int) value;
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
}
