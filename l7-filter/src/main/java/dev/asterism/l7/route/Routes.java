package dev.asterism.l7.route;

import dev.asterism.l7.authz.Authorizer;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.match.ConditionIndex;
import dev.asterism.l7.match.RequestCondition;
import dev.asterism.l7.match.RequestView;
import dev.asterism.l7.rollout.Rollout;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The routes of one service, compiled. Immutable; safe on any thread, and each loop asks with its own view. */
public final class Routes {

    /** No routes at all. */
    public static final Routes NONE = new Routes(List.of());

    private final List<Route> inFile;
    private final List<RouteRollout> rollouts;
    private final List<Precedence.Place> byRank;
    private final ConditionIndex index;
    private final boolean looksAtPath;

    /**
     * @param routes without those that have errors
     * @param findings errors and warnings in the order of the file
     */
    public record Compiled(Routes routes, List<RouteFinding> findings) {

        public boolean hasErrors() {
            return findings.stream().anyMatch(f -> f.severity() == RouteFinding.Severity.ERROR);
        }
    }

    private Routes(List<Route> inFile) {
        this.inFile = List.copyOf(inFile);
        List<RouteRollout> all = new ArrayList<>();
        for (Route route : inFile) {
            Rollout rollout = route.rollout();
            if (rollout != null) {
                all.add(new RouteRollout(route.name(), rollout));
            }
        }
        rollouts = List.copyOf(all);
        List<Precedence.Place> places = new ArrayList<>();
        for (Route route : inFile) {
            ConditionIndex.Entry.of(route.condition())
                    .forEach(entry -> places.add(new Precedence.Place(route, entry)));
        }
        places.sort(Precedence.FIRST_WINS);
        byRank = List.copyOf(places);
        index = new ConditionIndex(places.stream().map(Precedence.Place::entry).toList());
        looksAtPath =
                inFile.stream()
                        .anyMatch(
                                route ->
                                        route.condition().looksAtPath()
                                                || route.rules().looksAtPath());
    }

    /** The field names that routes look at or change, for {@link FieldNames#with}. */
    public static Set<String> fieldNames(List<RouteSpec> specs) {
        Set<String> names = new LinkedHashSet<>();
        for (RouteSpec spec : specs) {
            names.addAll(RequestCondition.fieldNames(spec.match()));
            names.addAll(HeaderChanges.fieldNames(spec.request()));
            names.addAll(HeaderChanges.fieldNames(spec.response()));
            names.addAll(Authorizer.fieldNames(spec.rules()));
            for (BranchSpec branch : spec.split().branches()) {
                names.addAll(HeaderChanges.fieldNames(branch.request()));
                names.addAll(HeaderChanges.fieldNames(branch.response()));
            }
            if (spec.split().sticky().kind() == StickySpec.Kind.HEADER) {
                names.add(spec.split().sticky().name());
            }
        }
        return names;
    }

    /**
     * @param names with at least those of {@link #fieldNames}
     */
    public static Compiled compile(List<RouteSpec> specs, FieldNames names) {
        return compile(specs, names, _ -> null);
    }

    /**
     * @param names with at least those of {@link #fieldNames}
     * @param rollouts those under way, by the routes that have one; null: a new one
     */
    public static Compiled compile(
            List<RouteSpec> specs,
            FieldNames names,
            Function<RouteSpec, @Nullable Rollout> rollouts) {
        List<RouteFinding> findings = new ArrayList<>();
        List<Route> good = new ArrayList<>();
        for (int number = 0; number < specs.size(); number++) {
            RouteSpec spec = specs.get(number);
            try {
                good.add(new Route(spec, number, names, rollouts.apply(spec)));
            } catch (IllegalArgumentException wrong) {
                findings.add(
                        new RouteFinding(
                                RouteFinding.Severity.ERROR,
                                spec.source(),
                                "route '" + spec.name() + "': " + wrong.getMessage()));
            }
        }
        Routes routes = new Routes(good);
        new RouteLint(routes).warnings().forEach(findings::add);
        return new Compiled(routes, List.copyOf(findings));
    }

    public boolean isEmpty() {
        return inFile.isEmpty();
    }

    /** In the order of the file. */
    public List<Route> inFile() {
        return inFile;
    }

    /** Of those that have one, in the order of the file. */
    public List<RouteRollout> rollouts() {
        return rollouts;
    }

    List<Precedence.Place> byRank() {
        return byRank;
    }

    /**
     * Whether a route or one of its rules looks at paths: then a request whose path has no one form ({@link
     * RequestView#isPathClear}) is refused, and the path goes upstream in that form.
     */
    public boolean looksAtPath() {
        return looksAtPath;
    }

    /** The route that takes the request; null: none does, or its path cannot be judged. */
    public @Nullable Route match(RequestView view) {
        if (looksAtPath && !view.isPathClear()) {
            return null;
        }
        int rank = index.find(view);
        return rank == ConditionIndex.NONE ? null : byRank.get(rank).route();
    }

    /** Why {@link #match} says what it says. */
    public RouteExplanation explain(RequestView view) {
        return RouteExplanation.of(this, view);
    }
}
