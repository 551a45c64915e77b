package dev.asterism.overlay.config;

import dev.asterism.overlay.text.Printable;

/**
 * Something wrong with, or worth saying about, one place of the configuration. A private key in one
 * of its texts, such as one that was pasted as a key of the file, is replaced by {@code (hidden)}.
 *
 * @param path dotted key, {@code tun.unsafe_routes[0].mtu}; empty when a whole file is meant
 * @param hint what to do about it; may be empty
 */
public record Diagnostic(SourcePosition position, String path, String message, String hint) {

    public Diagnostic {
        path = Secrets.hide(path);
        message = Secrets.hide(message);
        hint = Secrets.hide(hint);
    }

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
        return Printable.escaped(line.toString()); // values of files stand in it
    }
}
