package dev.asterism.overlay.config;

import dev.asterism.overlay.net.HostAddr;
import org.jspecify.annotations.Nullable;

/** {@code host:port} with a name, an IPv4 literal or a bracketed IPv6 literal. */
final class HostPorts {

    private static final String BRACKETS = "an IPv6 address stands in brackets: [fd00::1]:4242";

    private HostPorts() {}

    /**
     * Null, with an error, when {@code text} is none. A port outside 0 to 65535 is cut to 16 bits with a notice, as
     * Nebula cuts it (behaviour.md 3.2).
     */
    static @Nullable HostAddr parse(
            String text, SourcePosition position, String path, Diagnostics problems) {
        HostAddr parsed = split(text, position, path, problems);
        if (parsed != null && isNoName(parsed.host())) {
            problems.error(position, path, "`%s` is not host:port".formatted(text), BRACKETS);
            return null;
        }
        return parsed;
    }

    /** Like {@link #parse}, for names that are looked up later: one that cannot exist is left out with a doubt. */
    static @Nullable HostAddr parseName(
            String text, SourcePosition position, String path, Diagnostics problems) {
        HostAddr parsed = split(text, position, path, problems);
        if (parsed != null && isNoName(parsed.host())) {
            String message = "`%s` is not host:port".formatted(text);
            problems.doubt(position, path, message, BRACKETS, "it is never found");
            return null;
        }
        return parsed;
    }

    /** Like {@link #parse} for an address to listen on: an empty host stands for all addresses of this machine. */
    static @Nullable HostAddr parseListen(
            String text, SourcePosition position, String path, Diagnostics problems) {
        HostAddr parsed = split(text, position, path, problems);
        if (parsed != null && !parsed.host().isEmpty() && isNoName(parsed.host())) {
            problems.error(position, path, "`%s` is not host:port".formatted(text), BRACKETS);
            return null;
        }
        return parsed;
    }

    private static @Nullable HostAddr split(
            String text, SourcePosition position, String path, Diagnostics problems) {
        int colon = text.lastIndexOf(':');
        if (colon < 0 || text.endsWith("]")) {
            problems.error(position, path, "address %s: missing port in address".formatted(text));
            return null;
        }
        String host = host(text.substring(0, colon));
        Long port = Scalars.number(text.substring(colon + 1));
        if (host == null || port == null) {
            problems.error(position, path, "`%s` is not host:port".formatted(text), BRACKETS);
            return null;
        }
        if (port < 0) {
            String message = "port %d is below 0".formatted(port);
            problems.doubt(position, path, message, "", (port & 0xFFFF) + " is used");
        } else if (port > 0xFFFF) {
            problems.notice(
                    position,
                    path,
                    "port %d is above 65535 and is read as %d".formatted(port, port & 0xFFFF));
        }
        return HostAddr.of(host, (int) (port & 0xFFFF));
    }

    private static boolean isNoName(String host) {
        return host.isEmpty() || host.indexOf(' ') >= 0;
    }

    /** Null when it is neither a bracketed literal nor free of colons and brackets. */
    private static @Nullable String host(String text) {
        boolean bracketed = text.startsWith("[") && text.endsWith("]");
        String host = bracketed ? text.substring(1, text.length() - 1) : text;
        boolean odd = host.indexOf('[') >= 0 || host.indexOf(']') >= 0;
        return odd || host.indexOf(':') >= 0 && !bracketed ? null : host;
    }
}
