package dev.asterism.l7.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.GarbageProbe;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.identity.Selector;
import dev.asterism.l7.match.MatchSpec;
import dev.asterism.l7.match.PathMatch;
import dev.asterism.l7.match.RequestView;
import dev.asterism.l7.match.SampleRequest;
import dev.asterism.l7.match.ValueMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A thousand routes cost a request what a few cost: conditions tried are counted, not time. */
class RoutesScaleTest {

    private static final int ROUTES = 1000;

    /**
     * A way in which a thousand routes differ.
     *
     * @param number of the route that takes the request
     */
    record Shape(String name, IntFunction<MatchSpec> match, Head head, Caller caller, int number) {

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Shape> shapes() {
        MatchSpec all = MatchSpec.ALL;
        Caller caller = new Caller("n700", List.of("other", "g700"), "10.0.0.1", "ff", "");
        Head head =
                SampleRequest.text(
                        "GET",
                        "/a/700/b/c?x=0&id=700",
                        "Host: h700.mesh",
                        "X-User: u700",
                        "X-700: a",
                        "Accept: */*",
                        "User-Agent: test");
        return Stream.of(
                new Shape(
                        "exact", i -> path(PathMatch.exact("/a/" + i + "/b/c")), head, caller, 700),
                new Shape("prefix", i -> path(PathMatch.prefix("/a/" + i)), head, caller, 700),
                new Shape("host", i -> all.withHosts("h" + i + ".mesh"), head, caller, 700),
                new Shape("suffix", i -> all.withHosts("*.s" + i, "*.mesh"), head, caller, 0),
                new Shape("header", i -> all.withHeaders(is("x-user", "u" + i)), head, caller, 700),
                new Shape("named", i -> all.withHeaders(is("x-" + i, "*")), head, caller, 700),
                new Shape(
                        "shared header",
                        i -> all.withHeaders(is("accept", "*/*"), is("x-user", "u" + i)),
                        head,
                        caller,
                        700),
                new Shape("query", i -> all.withQuery(is("id", "" + i)), head, caller, 700),
                new Shape(
                        "method",
                        i -> all.withMethods(i == 700 ? "GET" : "M" + i),
                        head,
                        caller,
                        700),
                new Shape("node", i -> all.withFrom(from("node:n" + i)), head, caller, 700),
                new Shape("group", i -> all.withFrom(from("group:g" + i)), head, caller, 700),
                new Shape(
                        "method below one path",
                        i -> path(PathMatch.prefix("/a/700")).withHeaders(is("x-user", "u" + i)),
                        head,
                        caller,
                        700));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void aRequestMeetsOnlyConditionsThatItMayFulfil(Shape shape) {
        FieldNames names = names(shape);
        Routes routes = compile(shape, names);
        RequestView view = new RequestView(names);
        view.begin(shape.head(), shape.caller());

        Route route = Objects.requireNonNull(routes.match(view));

        assertThat(route.number()).isEqualTo(shape.number());
        assertThat(view.conditionsTried()).isBetween(1, 3);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void aMatchMakesNoObjects(Shape shape) {
        FieldNames names = names(shape);
        Routes routes = compile(shape, names);
        RequestView view = new RequestView(names);
        @Nullable Route[] last = new Route[1];

        long garbage =
                GarbageProbe.bytes(
                        _ -> {
                            view.begin(shape.head(), shape.caller());
                            last[0] = routes.match(view);
                        });

        assertThat(Objects.requireNonNull(last[0]).number()).isEqualTo(shape.number());
        assertThat(garbage).isZero();
    }

    /** Expressions are tried only where the path begins as they do. */
    @org.junit.jupiter.api.Test
    void expressionsAreFoundByHowTheyBegin() {
        List<RouteSpec> specs = new ArrayList<>();
        for (int i = 0; i < ROUTES; i++) {
            MatchSpec match = path(PathMatch.regex("/a/" + i + "/[a-z]+"));
            specs.add(RouteSpec.named("r" + i, "f.yml:" + i).match(match).to("p").build());
        }
        Routes routes = Routes.compile(specs, FieldNames.standard()).routes();
        RequestView view = new RequestView(FieldNames.standard());
        view.begin(SampleRequest.text("GET", "/a/700/x"), Caller.UNKNOWN);

        assertThat(Objects.requireNonNull(routes.match(view)).number()).isEqualTo(700);
        assertThat(view.conditionsTried()).isEqualTo(1);
    }

    private static FieldNames names(Shape shape) {
        return FieldNames.with(Routes.fieldNames(specs(shape)));
    }

    private static List<RouteSpec> specs(Shape shape) {
        List<RouteSpec> specs = new ArrayList<>();
        for (int i = 0; i < ROUTES; i++) {
            RouteSpec.Builder route = RouteSpec.named("r" + i, "f.yml:" + i);
            specs.add(route.match(shape.match().apply(i)).to("p").build());
        }
        return specs;
    }

    private static Routes compile(Shape shape, FieldNames names) {
        return Routes.compile(specs(shape), names).routes();
    }

    private static MatchSpec path(PathMatch match) {
        return MatchSpec.ALL.withPath(match);
    }

    private static ValueMatch is(String name, String value) {
        return ValueMatch.of(name, value);
    }

    private static Selector from(String text) {
        return Selector.parse(text);
    }
}
