package dev.asterism.l7.match;

/**
 * What a request's path must be, without its query.
 *
 * @param text as the file has it; for {@link Kind#GRPC} {@code pkg.Service/Method} or {@code pkg.Service}
 */
public record PathMatch(Kind kind, String text) {

    /** How the path is compared. */
    public enum Kind {
        ANY("any path"),
        EXACT("path"),
        /** By whole segments: {@code /v2} does not match {@code /v2example}. */
        PREFIX("prefix"),
        /** The whole path, in re2 syntax. */
        REGEX("regex"),
        /** Sugar for the exact path {@code /pkg.Service/Method}, or the prefix {@code /pkg.Service}. */
        GRPC("grpc");

        private final String key;

        Kind(String key) {
            this.key = key;
        }

        /** As the file names it. */
        public String key() {
            return key;
        }
    }

    public static final PathMatch ANY = new PathMatch(Kind.ANY, "");

    public static PathMatch exact(String path) {
        return new PathMatch(Kind.EXACT, path);
    }

    public static PathMatch prefix(String path) {
        return new PathMatch(Kind.PREFIX, path);
    }

    public static PathMatch regex(String expression) {
        return new PathMatch(Kind.REGEX, expression);
    }

    public static PathMatch grpc(String method) {
        return new PathMatch(Kind.GRPC, method);
    }

    @Override
    public String toString() {
        return kind == Kind.ANY ? kind.key() : kind.key() + " " + text;
    }
}
