package dev.asterism.l7.route;

/**
 * What is wrong with a route, or not as it seems.
 *
 * @param source of the route: {@code config.yml:12}
 */
public record RouteFinding(Severity severity, String source, String message) {

    /** What comes of it. */
    public enum Severity {
        /** The routes cannot be used. */
        ERROR,
        WARNING
    }

    @Override
    public String toString() {
        return source + ": " + message;
    }
}
