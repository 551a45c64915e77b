package dev.asterism.l7.route;

import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.match.MatchSpec;
import dev.asterism.l7.match.PathMatch;
import dev.asterism.l7.match.ValueMatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the Gateway API says about matching, word by word and one route after the other: the oracle of the compiled
 * table. Texts only, and the JDK's expressions.
 */
final class NaiveRoutes {

    /** A request in plain words; parameters and fields may occur several times. */
    record Asked(
            String method,
            String host,
            String path,
            List<Map.Entry<String, String>> query,
            List<Map.Entry<String, String>> fields,
            Caller caller) {}

    private record Candidate(int number, RouteSpec route, @Nullable String host) {}

    private final List<RouteSpec> routes;

    NaiveRoutes(List<RouteSpec> routes) {
        this.routes = routes;
    }

    /** The number of the route, -1 for none. */
    int match(Asked asked) {
        List<Candidate> candidates = new ArrayList<>();
        for (int number = 0; number < routes.size(); number++) {
            MatchSpec match = routes.get(number).match();
            if (!holds(match, asked)) {
                continue;
            }
            if (match.hosts().isEmpty()) {
                candidates.add(new Candidate(number, routes.get(number), null));
            }
            for (String host : match.hosts()) {
                if (isHost(host, asked.host())) {
                    candidates.add(new Candidate(number, routes.get(number), host));
                }
            }
        }
        return candidates.stream().min(order()).map(Candidate::number).orElse(-1);
    }

    private static Comparator<Candidate> order() {
        return Comparator.<Candidate>comparingInt(c -> exactHost(c) ? 0 : 1)
                .thenComparingInt(c -> c.host() == null ? 0 : -c.host().length())
                .thenComparingInt(c -> -pathRank(c.route().match().path()))
                .thenComparingInt(c -> c.route().match().methods().isEmpty() ? 1 : 0)
                .thenComparingInt(c -> -c.route().match().headers().size())
                .thenComparingInt(c -> -c.route().match().query().size())
                .thenComparingInt(c -> c.route().match().from().isAny() ? 1 : 0)
                .thenComparingInt(Candidate::number);
    }

    private static boolean exactHost(Candidate c) {
        return c.host() != null && !c.host().startsWith("*");
    }

    /** In half characters, as an expression is before a prefix that is as long as its literal beginning. */
    private static int pathRank(PathMatch path) {
        return switch (path.kind()) {
            case ANY -> 0;
            case EXACT -> 1_000_000;
            case GRPC -> path.text().contains("/") ? 1_000_000 : 2 * path.text().length() + 2;
            case PREFIX -> 2 * bare(path.text()).length();
            case REGEX -> 2 * path.text().replaceFirst("[\\[(.].*", "").length() + 1;
        };
    }

    private static String bare(String prefix) {
        return prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
    }

    private static boolean holds(MatchSpec match, Asked asked) {
        return isPath(match.path(), asked.path())
                && (match.methods().isEmpty() || match.methods().contains(asked.method()))
                && match.headers().stream().allMatch(value -> has(value, asked.fields()))
                && match.query().stream().allMatch(value -> has(value, asked.query()))
                && match.from().matches(asked.caller());
    }

    private static boolean isPath(PathMatch match, String path) {
        return switch (match.kind()) {
            case ANY -> true;
            case EXACT -> path.equals(match.text());
            case PREFIX -> isBelow(bare(match.text()), path);
            case REGEX -> path.matches(match.text());
            case GRPC ->
                    match.text().contains("/")
                            ? path.equals("/" + match.text())
                            : isBelow("/" + match.text(), path);
        };
    }

    private static boolean isBelow(String prefix, String path) {
        return path.equals(prefix) || path.startsWith(prefix + "/");
    }

    private static boolean isHost(String host, String actual) {
        return host.startsWith("*.")
                ? actual.endsWith(host.substring(1)) && actual.length() > host.length() - 1
                : actual.equals(host);
    }

    private static boolean has(ValueMatch match, List<Map.Entry<String, String>> values) {
        return values.stream()
                .filter(value -> value.getKey().equals(match.name()))
                .anyMatch(
                        value ->
                                switch (match.kind()) {
                                    case EXACT -> value.getValue().equals(match.value());
                                    case PRESENT -> true;
                                    case REGEX -> value.getValue().matches(match.value());
                                });
    }
}
