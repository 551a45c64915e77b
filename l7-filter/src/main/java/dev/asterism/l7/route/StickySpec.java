package dev.asterism.l7.route;

/**
 * What keeps a client on its branch of a split.
 *
 * @param name of the field or cookie, else empty
 */
public record StickySpec(Kind kind, String name) {

    /** What is hashed. */
    public enum Kind {
        /** Nothing: each request draws. */
        NONE,
        HEADER,
        COOKIE,
        /** The name of the caller's certificate. */
        PEER
    }

    public static final StickySpec NONE = new StickySpec(Kind.NONE, "");

    /**
     * As a file writes it: {@code header:NAME}, {@code cookie:NAME} or {@code peer}.
     *
     * @throws IllegalArgumentException for everything else
     */
    public static StickySpec parse(String text) {
        if (text.equals("peer")) {
            return new StickySpec(Kind.PEER, "");
        }
        int colon = text.indexOf(':');
        String name = text.substring(colon + 1).strip();
        if (colon > 0 && !name.isEmpty()) {
            switch (text.substring(0, colon)) {
                case "header" -> {
                    return new StickySpec(Kind.HEADER, name);
                }
                case "cookie" -> {
                    return new StickySpec(Kind.COOKIE, name);
                }
                default -> {}
            }
        }
        throw new IllegalArgumentException(
                "expected 'header:NAME', 'cookie:NAME' or 'peer', not '" + text + "'");
    }
}
