package dev.asterism.l7.route;

import dev.asterism.l7.match.ConditionIndex;
import dev.asterism.l7.match.MatchSpec;
import java.util.Comparator;
import java.util.function.ToIntFunction;

/**
 * Which of several routes that match takes a request, as the Gateway API orders them (HTTPRoute, "Hostnames" and
 * "Matches"): the host that says most, an exact path, the longest prefix, a method, the most fields, the most query
 * parameters. A route for certain callers is before one for all, and then the file decides.
 */
enum Precedence {
    HOST("its host says more"),
    PATH("its path says more"),
    METHOD("it names a method"),
    HEADERS("it names more headers"),
    QUERY("it names more query parameters"),
    FROM("it names callers"),
    FILE("it stands before in the file");

    /** Of a route and one of its hosts. */
    record Place(Route route, ConditionIndex.Entry entry) {

        private MatchSpec match() {
            return route.spec().match();
        }
    }

    static final Comparator<Place> FIRST_WINS = (a, b) -> compare(a, b);

    private final String reason;

    Precedence(String reason) {
        this.reason = reason;
    }

    String reason() {
        return reason;
    }

    /** Larger is earlier. */
    private int weight(Place place) {
        MatchSpec match = place.match();
        return switch (this) {
            case HOST -> place.entry().hostWeight();
            case PATH -> place.route().condition().pathWeight();
            case METHOD -> match.methods().isEmpty() ? 0 : 1;
            case HEADERS -> match.headers().size();
            case QUERY -> match.query().size();
            case FROM -> match.from().isAny() ? 0 : 1;
            case FILE -> -place.route().number();
        };
    }

    private static int compare(Place a, Place b) {
        Precedence decider = decider(a, b);
        ToIntFunction<Place> weight = decider::weight;
        return Integer.compare(weight.applyAsInt(b), weight.applyAsInt(a));
    }

    /** By what one is before the other. */
    static Precedence decider(Place a, Place b) {
        for (Precedence step : values()) {
            if (step.weight(a) != step.weight(b)) {
                return step;
            }
        }
        return FILE;
    }
}
