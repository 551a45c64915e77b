package dev.asterism.overlay.config;

import dev.asterism.overlay.config.OverlayConfig.HostPort;
import org.jspecify.annotations.Nullable;

/** {@code host:port} with a name, an IPv4 literal or a bracketed IPv6 literal. */
final class HostPorts {

    private HostPorts() {}

    /**
     * Null, with an error, when {@code text} is none. A port above 65535 is cut to 16 bits with a notice, as
     * Nebula cuts it (behaviour.md 3.2).
     */
    static @Nullable HostPort parse(
            String text, SourcePosition position, String path, Problems problems) {
        int colon = text.lastIndexOf(':');
        if (colon < 0 || text.endsWith("]")) {
            problems.error(position, path, "address %s: missing port in address".formatted(text));
            return null;
        }
        String host = host(text.substring(0, colon));
        Long port = Words.number(text.substring(colon + 1));
        if (host.isEmpty() || port == null || port < 0) {
            problems.error(
                    position,
                    path,
                    "`%s` is not host:port".formatted(text),
                    "an IPv6 address stands in brackets: [fd00::1]:4242");
            return null;
        }
        if (port > 0xFFFF) {
            problems.notice(
                    position,
                    path,
                    "port %d is above 65535 and is read as %d".formatted(port, port & 0xFFFF));
        }
        return new HostPort(host, (int) (port & 0xFFFF));
    }

    /** Empty when it is neither a bracketed literal nor free of colons and brackets. */
    private static String host(String text) {
        boolean bracketed = text.startsWith("[") && text.endsWith("]");
        String host = bracketed ? text.substring(1, text.length() - 1) : text;
        boolean odd = host.indexOf('[') >= 0 || host.indexOf(']') >= 0 || host.indexOf(' ') >= 0;
        return odd || host.indexOf(':') >= 0 && !bracketed ? "" : host;
    }
}
