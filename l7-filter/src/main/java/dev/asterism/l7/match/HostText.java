package dev.asterism.l7.match;

import java.util.List;
import java.util.Locale;

/**
 * Hosts as a file writes them: a name, or {@code *.} and a suffix, which stands for one label or more in front of it
 * and not for the suffix itself. Stateless; any thread.
 */
public final class HostText {

    private static final String WILDCARD = "*.";

    private HostText() {}

    static void check(String host) {
        String name = isWildcard(host) ? host.substring(WILDCARD.length()) : host;
        if (name.isEmpty() || !name.matches("[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\]")) {
            throw new IllegalArgumentException(
                    "expected a host's name or '*.' and a suffix, without a port, not '"
                            + host
                            + "'");
        }
    }

    public static boolean isWildcard(String host) {
        return host.startsWith(WILDCARD);
    }

    /** What an index looks for: the name, or the suffix with its dot. */
    public static String key(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        String bare = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
        return isWildcard(bare) ? bare.substring(1) : bare;
    }

    static boolean holds(String host, String actual) {
        String key = key(host);
        return isWildcard(host)
                ? actual.endsWith(key) && actual.length() > key.length()
                : actual.equals(key);
    }

    /** Whether each of {@code others} is one of {@code hosts}; no hosts are all hosts. */
    static boolean covers(List<String> hosts, List<String> others) {
        return hosts.isEmpty()
                || !others.isEmpty()
                        && others.stream()
                                .allMatch(other -> hosts.stream().anyMatch(h -> covers(h, other)));
    }

    private static boolean covers(String host, String other) {
        String key = key(host);
        String otherKey = key(other);
        if (!isWildcard(host)) {
            return !isWildcard(other) && key.equals(otherKey);
        }
        boolean longer = otherKey.length() > key.length() || isWildcard(other);
        return longer && otherKey.endsWith(key);
    }

    /** Names before suffixes, longer suffixes before shorter ones, everything before no host; larger is earlier. */
    static int weight(String host) {
        return isWildcard(host) ? key(host).length() : 1 << 20 | key(host).length();
    }
}
