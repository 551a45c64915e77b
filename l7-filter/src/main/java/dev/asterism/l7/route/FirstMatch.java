package dev.asterism.l7.route;

import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.match.ConditionIndex;
import dev.asterism.l7.match.MatchMeet;
import dev.asterism.l7.match.MatchSpec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites a list of routes whose first match wins, as in Istio and Linkerd, into one that takes the same requests in
 * the same way when the most specific match wins, as here. Where a later route says more than an earlier one, the
 * earlier one gets a second route, for what both match: it says at least as much as the later one and stands before it.
 * Repeated until no two routes are left in doubt. Routes that can never get a request go.
 *
 * <p>Of no thread in particular; used once.
 *
 * @param <T> what a route does
 */
@SuppressWarnings("ReferenceEquality") // two equal routes of a list are two routes
public final class FirstMatch<T> {

    /** A route. */
    public record Entry<T>(MatchSpec match, T action) {}

    /**
     * @param routes for our order
     * @param hidden that never get a request, as an earlier one takes them all
     * @param doubts pairs of which the later one may get requests that are the earlier one's
     */
    public record Outcome<T>(List<Entry<T>> routes, List<Entry<T>> hidden, List<Doubt<T>> doubts) {}

    /** Two routes whose order cannot be kept. */
    public record Doubt<T>(T earlier, T later) {}

    private static final int MOST_ADDED = 200;

    private final List<Entry<T>> routes;
    private final List<Entry<T>> hidden = new ArrayList<>();
    private final List<Doubt<T>> doubts = new ArrayList<>();
    private int added;

    private FirstMatch(List<Entry<T>> routes) {
        this.routes = new ArrayList<>(routes);
    }

    /** Conditions that can never hold as they are written stay as they are. */
    public static <T> Outcome<T> rewrite(List<Entry<T>> routes) {
        FirstMatch<T> work = new FirstMatch<>(routes);
        routes.forEach(work::settle);
        return new Outcome<>(
                List.copyOf(work.routes), List.copyOf(work.hidden), List.copyOf(work.doubts));
    }

    /**
     * Compares a route with all before it. What it adds is compared with those before that, and with none behind: a
     * route that outranks what was added outranks the route that it was added for, and has been compared with that.
     */
    private void settle(Entry<T> later) {
        for (int i = 0; routes.get(i) != later; i++) {
            Entry<T> earlier = routes.get(i);
            MatchMeet meet = meet(earlier, later);
            MatchSpec both = meet.match();
            if (same(both, later.match())) {
                hidden.add(later);
                routes.removeIf(one -> one == later);
                return;
            }
            if (meet.kind() == MatchMeet.Kind.NOTHING || !outranks(later, earlier)) {
                continue;
            }
            if (both == null || added == MOST_ADDED) {
                Doubt<T> doubt = new Doubt<>(earlier.action(), later.action());
                if (!doubts.contains(doubt)) {
                    doubts.add(doubt);
                }
            } else if (!covered(both, i)) {
                Entry<T> more = new Entry<>(both, earlier.action());
                added++;
                routes.add(i, more);
                settle(more);
                i = place(earlier);
            }
        }
    }

    private int place(Entry<T> entry) {
        int place = 0;
        while (routes.get(place) != entry) {
            place++;
        }
        return place;
    }

    /** Whether one of the first routes takes all of it. */
    private boolean covered(MatchSpec match, int count) {
        Entry<T> asked = new Entry<>(match, routes.getFirst().action());
        return routes.subList(0, count).stream()
                .anyMatch(one -> same(meet(one, asked).match(), match));
    }

    private static boolean same(@Nullable MatchSpec a, MatchSpec b) {
        return a != null
                && a.path().equals(b.path())
                && sameWords(a.methods(), b.methods())
                && sameWords(a.headers(), b.headers())
                && sameWords(a.query(), b.query())
                && sameWords(a.hosts(), b.hosts())
                && a.from().equals(b.from());
    }

    private static <W> boolean sameWords(List<W> a, List<W> b) {
        return a.size() == b.size() && a.containsAll(b);
    }

    private static <T> MatchMeet meet(Entry<T> a, Entry<T> b) {
        try {
            return MatchMeet.of(a.match(), b.match());
        } catch (IllegalArgumentException e) {
            return new MatchMeet(MatchMeet.Kind.NOTHING, null); // told when the routes are read
        }
    }

    private static <T> boolean outranks(Entry<T> later, Entry<T> earlier) {
        try {
            return Precedence.FIRST_WINS.compare(place(later, 1), place(earlier, 0)) < 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static <T> Precedence.Place place(Entry<T> entry, int number) {
        RouteSpec spec =
                RouteSpec.named("route", "")
                        .match(entry.match())
                        .respond(new RespondSpec(200, ""))
                        .build();
        Route route =
                new Route(spec, number, FieldNames.with(Routes.fieldNames(List.of(spec))), null);
        return new Precedence.Place(route, ConditionIndex.Entry.of(route.condition()).getFirst());
    }
}
