package dev.asterism.overlay.config;

/**
 * Something wrong with, or worth saying about, one place of the configuration.
 *
 * @param path dotted key, {@code tun.unsafe_routes[0].mtu}; empty when a whole file is meant
 * @param hint what to do about it; may be empty
 */
public record Diagnostic(SourcePosition position, String path, String message, String hint) {

    /** One line for people: {@code config.yml:12:5: listen.port: ... (hint)}. */
    @Override
    public String toString() {
        StringBuilder line = new StringBuilder().append(position).append(": ");
        if (!path.isEmpty() && !message.contains(path)) {
            line.append(path).append(": ");
        }
        line.append(message);
        if (!hint.isEmpty()) {
            line.append(" (").append(hint).append(')');
        }
        return line.toString();
    }
}
