package dev.asterism.l7.foreign;

import dev.asterism.l7.match.MatchMeet;
import dev.asterism.l7.match.MatchSpec;
import dev.asterism.l7.match.PathMatch;
import dev.asterism.l7.match.ValueMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One entry of {@code match} of a VirtualService. */
final class IstioMatches {

    private static final String ANYTHING = ".*";

    private static final Map<String, String> HINTS =
            Map.of(
                    "sourceLabels", "match.from: group:NAME names callers",
                    "sourceNamespace", "match.from: group:NAME names callers",
                    "withoutHeaders", "put a route for requests with the header before it",
                    "port", "a service has one port",
                    "scheme", "requests in the mesh are http");

    private final Fields match;
    private final boolean rewrites;

    /**
     * @param rewrites whether the path is rewritten, which needs a prefix of whole segments here
     */
    IstioMatches(Fields match, boolean rewrites) {
        this.match = match;
        this.rewrites = rewrites;
    }

    MatchSpec read() {
        match.ignore("name", "statPrefix");
        Fields uri = match.map("uri");
        boolean anyCase = match.flag("ignoreUriCase");
        List<String> methods = exact("method");
        List<String> hosts = exact("authority").stream().map(IstioMatches::bare).toList();
        List<ValueMatch> headers = values("headers");
        List<ValueMatch> query = values("queryParams");
        for (Fields.Word gateway : match.words("gateways")) {
            if (!gateway.text().equals("mesh")) {
                match.refuse("gateways", "the filter stands at the callers, not at a gateway", "");
            }
        }
        match.refuseRest(HINTS);
        PathMatch path = uri == null ? PathMatch.ANY : path(uri, anyCase);
        return new MatchSpec(path, methods, headers, query, hosts, MatchSpec.ALL.from());
    }

    private static String bare(String host) {
        int colon = host.lastIndexOf(':');
        return colon > 0 && host.indexOf(':') == colon ? host.substring(0, colon) : host;
    }

    private PathMatch path(Fields uri, boolean anyCase) {
        String exact = uri.text("exact");
        String prefix = uri.text("prefix");
        String regex = uri.text("regex");
        uri.refuseRest(Map.of());
        if (regex != null) {
            return PathMatch.regex(regex);
        }
        if (exact != null) {
            return anyCase
                    ? PathMatch.regex("(?i)" + MatchMeet.quoted(exact))
                    : PathMatch.exact(exact);
        }
        if (prefix == null || prefix.equals("/")) {
            return PathMatch.ANY;
        }
        if (anyCase) {
            return PathMatch.regex("(?i)" + MatchMeet.quoted(prefix) + ANYTHING);
        }
        return rewrites
                ? PathMatch.prefix(prefix)
                : PathMatch.regex(MatchMeet.quoted(prefix) + ANYTHING);
    }

    /** A word that must be the whole value; nothing when it is absent. */
    private List<String> exact(String key) {
        Fields value = match.map(key);
        if (value == null) {
            return List.of();
        }
        String exact = value.text("exact");
        value.refuseRest(Map.of());
        return exact == null ? List.of() : List.of(exact);
    }

    private List<ValueMatch> values(String key) {
        List<ValueMatch> values = new ArrayList<>();
        match.named(key).forEach((name, value) -> values.add(value(name, value)));
        return values;
    }

    private static ValueMatch value(String name, Fields value) {
        String exact = value.text("exact");
        String prefix = value.text("prefix");
        String regex = value.text("regex");
        value.refuseRest(Map.of());
        if (exact != null) {
            return new ValueMatch(name, ValueMatch.Kind.EXACT, exact);
        }
        if (prefix != null) {
            String text = MatchMeet.quoted(prefix) + ANYTHING;
            return new ValueMatch(name, ValueMatch.Kind.REGEX, text);
        }
        return regex == null
                ? new ValueMatch(name, ValueMatch.Kind.PRESENT, "")
                : new ValueMatch(name, ValueMatch.Kind.REGEX, regex);
    }
}
