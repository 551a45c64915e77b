package dev.asterism.l7.route;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Finds routes that never take a request as others take it first, and splits that send nothing anywhere. What only
 * several routes together hide is not found.
 */
final class RouteLint {

    private final Routes routes;

    RouteLint(Routes routes) {
        this.routes = routes;
    }

    List<RouteFinding> warnings() {
        IdentityHashMap<Route, Route> hidden = hidden();
        List<RouteFinding> warnings = new ArrayList<>();
        for (Route route : routes.inFile()) {
            Route by = hidden.get(route);
            if (by != null) {
                warnings.add(
                        warning(route, route + " never gets a request: " + by + " takes them all"));
            }
            Split split = route.split();
            boolean nowhere =
                    !split.branches().isEmpty()
                            && split.branches().stream().allMatch(branch -> branch.weight() == 0);
            if (nowhere) {
                warnings.add(warning(route, route + " answers 500 to all: every weight is 0"));
            }
        }
        return warnings;
    }

    private static RouteFinding warning(Route route, String message) {
        return new RouteFinding(RouteFinding.Severity.WARNING, route.spec().source(), message);
    }

    /**
     * For each hidden route one that hides it: it is before all places of the other and covers it. Then both say the
     * same of the path, and the one names every host of the other: what covers more says less, and comes later.
     */
    private IdentityHashMap<Route, Route> hidden() {
        IdentityHashMap<Route, Integer> lastRank = new IdentityHashMap<>();
        IdentityHashMap<Route, Integer> firstRank = new IdentityHashMap<>();
        List<Precedence.Place> places = routes.byRank();
        for (int rank = 0; rank < places.size(); rank++) {
            firstRank.merge(places.get(rank).route(), rank, Math::min);
            lastRank.merge(places.get(rank).route(), rank, Math::max);
        }
        Map<String, List<Route>> byPlace = new LinkedHashMap<>();
        for (Route route : routes.inFile()) {
            for (String place : places(route)) {
                byPlace.computeIfAbsent(place, _ -> new ArrayList<>()).add(route);
            }
        }
        IdentityHashMap<Route, Route> hidden = new IdentityHashMap<>();
        for (Route route : routes.inFile()) {
            int first = firstRank.getOrDefault(route, 0);
            String place = places(route).getFirst();
            for (Route other : byPlace.getOrDefault(place, List.of())) {
                if (other != route
                        && lastRank.getOrDefault(other, first) < first
                        && other.condition().covers(route.condition())) {
                    hidden.put(route, other);
                    break;
                }
            }
        }
        return hidden;
    }

    private static List<String> places(Route route) {
        String path = route.condition().pathKey();
        List<String> hosts = route.spec().match().hosts();
        return hosts.isEmpty()
                ? List.of(path)
                : hosts.stream().map(host -> host.toLowerCase(Locale.ROOT) + " " + path).toList();
    }
}
