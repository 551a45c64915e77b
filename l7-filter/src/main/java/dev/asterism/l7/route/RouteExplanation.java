package dev.asterism.l7.route;

import dev.asterism.l7.match.RequestView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which route takes a request and why, in words.
 *
 * @param route null: none
 * @param lines what matched and what it won against; or the closest route and what differs
 */
public record RouteExplanation(@Nullable Route route, List<String> lines) {

    public RouteExplanation {
        lines = List.copyOf(lines);
    }

    static RouteExplanation of(Routes routes, RequestView view) {
        Route route = routes.match(view);
        return route == null
                ? new RouteExplanation(null, closest(routes, view))
                : new RouteExplanation(route, won(routes, route, view));
    }

    private static List<String> won(Routes routes, Route route, RequestView view) {
        List<String> lines = new ArrayList<>();
        lines.add(route + " matches: " + route.condition());
        Precedence.Place winner = null;
        for (Precedence.Place place : routes.byRank()) {
            if (winner == null) {
                winner = place.route() == route && holds(place, view) ? place : null;
            } else if (place.route() != route && holds(place, view)) {
                lines.add(
                        "before "
                                + place.route()
                                + ", as "
                                + Precedence.decider(winner, place).reason());
            }
        }
        return lines;
    }

    private static boolean holds(Precedence.Place place, RequestView view) {
        return place.route().condition().holds(view) && place.entry().holdsForHost(view);
    }

    private static List<String> closest(Routes routes, RequestView view) {
        String fault = view.pathFault();
        if (routes.looksAtPath() && fault != null) {
            return List.of("refused, as the path has " + fault);
        }
        Route closest = null;
        List<String> fewest = List.of();
        for (Route route : routes.inFile()) {
            List<String> differences = route.condition().differences(view);
            if (closest == null || differences.size() < fewest.size()) {
                closest = route;
                fewest = differences;
            }
        }
        return closest == null
                ? List.of("there are no routes")
                : List.of(
                        "no route matches",
                        "closest: " + closest + ", " + String.join(", ", fewest));
    }
}
