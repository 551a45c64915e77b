package dev.asterism.l7.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.http.FieldNames;
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
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The compiled table against {@link NaiveRoutes}, on random routes and requests from few words. */
class RoutesDifferentialTest {

    private static final String[] SEGMENTS = {"a", "b", "ab", "a.b", "c"};
    private static final String[] HOSTS = {
        "a.x", "b.a.x", "c.b.a.x", "x", "*.x", "*.a.x", "*.b.a.x", "y"
    };
    private static final String[] METHODS = {"GET", "POST", "PUT"};
    private static final String[] NAMES = {"x-a", "x-b", "accept"};
    private static final String[] VALUES = {"1", "2", "12"};
    private static final String[] EXPRESSIONS = {
        "/a/[ab]+", "/[ab]", "/a(/.*)?", "/ab.*", "/a/b/.", "/(a|c)/b", ".*", "/a/[ab]/c"
    };
    private static final String[] SELECTORS = {
        "group:web", "group:qa", "node:n1", "group:web & !group:qa", "!group:web", "node:n2"
    };

    private Random random = new Random(0);

    /** Small tables hold every bucket as a list, large ones by keys. */
    @ParameterizedTest
    @CsvSource({"1,3,100", "2,12,100", "3,60,60", "4,250,30", "5,1000,10"})
    void findsWhatTheWordsOfTheSpecificationFind(long seed, int size, int tables) {
        random = new Random(seed);
        int requests = 20_000 / tables;
        int matched = 0;
        for (int table = 0; table < tables; table++) {
            List<RouteSpec> specs = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                specs.add(route(i));
            }
            Routes.Compiled compiled = compile(specs);
            assertThat(compiled.hasErrors()).isFalse();
            NaiveRoutes naive = new NaiveRoutes(specs);
            RequestView view = new RequestView(names(specs));
            for (int i = 0; i < requests; i++) {
                NaiveRoutes.Asked asked = asked();
                view.begin(head(asked), asked.caller());
                Route route = compiled.routes().match(view);
                int expected = naive.match(asked);
                assertThat(route == null ? -1 : route.number())
                        .as("seed %d, table %d: %s", seed, table, asked)
                        .isEqualTo(expected);
                matched += expected < 0 ? 0 : 1;
            }
        }
        assertThat(matched).isBetween(tables * requests / 10, tables * requests);
    }

    /** A route that is said to be hidden takes nothing. */
    @Test
    void hiddenRoutesNeverTakeARequest() {
        random = new Random(11);
        int hidden = 0;
        for (int table = 0; table < 40; table++) {
            List<RouteSpec> specs = new ArrayList<>();
            for (int i = 0; i < 80; i++) {
                specs.add(route(i));
            }
            List<String> never =
                    compile(specs).findings().stream().map(RouteFinding::source).toList();
            hidden += never.size();
            NaiveRoutes naive = new NaiveRoutes(specs);
            for (int i = 0; i < 1000; i++) {
                int number = naive.match(asked());
                assertThat(never).doesNotContain("f.yml:" + number);
            }
        }
        assertThat(hidden).isGreaterThan(100);
    }

    /** The warnings look only at pairs of one place: no others are ever hidden. */
    @Test
    void everyPairThatHidesIsFound() {
        random = new Random(13);
        for (int table = 0; table < 30; table++) {
            List<RouteSpec> specs = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                specs.add(route(i));
            }
            Routes routes = compile(specs).routes();
            List<String> expected = new ArrayList<>();
            for (Route route : routes.inFile()) {
                boolean hidden =
                        routes.inFile().stream()
                                .anyMatch(
                                        other ->
                                                isBefore(routes, other, route)
                                                        && other.condition()
                                                                .covers(route.condition()));
                if (hidden) {
                    expected.add(route.spec().source());
                }
            }
            assertThat(compile(specs).findings())
                    .extracting(RouteFinding::source)
                    .containsExactlyElementsOf(expected);
        }
    }

    private static boolean isBefore(Routes routes, Route one, Route other) {
        int last = -1;
        int first = Integer.MAX_VALUE;
        for (int rank = 0; rank < routes.byRank().size(); rank++) {
            Route route = routes.byRank().get(rank).route();
            last = route == one ? rank : last;
            first = route == other ? Math.min(first, rank) : first;
        }
        return one != other && last < first;
    }

    private static FieldNames names(List<RouteSpec> specs) {
        return FieldNames.with(Routes.fieldNames(specs));
    }

    private static Routes.Compiled compile(List<RouteSpec> specs) {
        return Routes.compile(specs, names(specs));
    }

    private RouteSpec route(int number) {
        MatchSpec match = MatchSpec.ALL.withPath(pathMatch());
        if (random.nextInt(3) == 0) {
            match = match.withMethods(one(METHODS));
        }
        if (random.nextInt(3) == 0) {
            match = match.withHeaders(values());
        }
        if (random.nextInt(4) == 0) {
            match = match.withQuery(values());
        }
        if (random.nextInt(2) == 0) {
            match =
                    random.nextBoolean()
                            ? match.withHosts(one(HOSTS))
                            : match.withHosts(one(HOSTS), one(HOSTS));
        }
        if (random.nextInt(4) == 0) {
            match = match.withFrom(Selector.parse(one(SELECTORS)));
        }
        return RouteSpec.named("r" + number, "f.yml:" + number).match(match).to("p").build();
    }

    private PathMatch pathMatch() {
        return switch (random.nextInt(6)) {
            case 0 -> PathMatch.ANY;
            case 1, 2 -> PathMatch.exact(path());
            case 3 -> PathMatch.prefix(path());
            case 4 -> PathMatch.regex(one(EXPRESSIONS));
            default -> PathMatch.grpc(random.nextBoolean() ? "a/b" : "a.b");
        };
    }

    private String path() {
        StringBuilder path = new StringBuilder();
        for (int n = random.nextInt(4); n > 0; n--) {
            path.append('/').append(one(SEGMENTS));
        }
        return path.isEmpty() || random.nextInt(5) == 0 ? path + "/" : path.toString();
    }

    private ValueMatch[] values() {
        ValueMatch[] matches = new ValueMatch[1 + random.nextInt(2)];
        for (int i = 0; i < matches.length; i++) {
            String text =
                    switch (random.nextInt(4)) {
                        case 0 -> "*";
                        case 1 -> "~1.?";
                        default -> one(VALUES);
                    };
            matches[i] = ValueMatch.of(one(NAMES), text);
        }
        return matches;
    }

    private NaiveRoutes.Asked asked() {
        List<String> groups = new ArrayList<>();
        if (random.nextBoolean()) {
            groups.add("web");
        }
        if (random.nextInt(3) == 0) {
            groups.add("qa");
        }
        String host = one(HOSTS).replace("*", "z");
        Caller caller = new Caller("n" + random.nextInt(4), groups, "10.0.0.1", "ff", "");
        return new NaiveRoutes.Asked(one(METHODS), host, path(), pairs(), pairs(), caller);
    }

    private List<Map.Entry<String, String>> pairs() {
        List<Map.Entry<String, String>> pairs = new ArrayList<>();
        for (int n = random.nextInt(4); n > 0; n--) {
            pairs.add(Map.entry(one(NAMES), one(VALUES)));
        }
        return pairs;
    }

    private Head head(NaiveRoutes.Asked asked) {
        String query =
                asked.query().stream()
                        .map(pair -> pair.getKey() + "=" + pair.getValue())
                        .collect(Collectors.joining("&"));
        String target = query.isEmpty() ? asked.path() : asked.path() + "?" + query;
        List<String> fields = new ArrayList<>();
        fields.add("Host: " + asked.host().toUpperCase(Locale.ROOT) + ":8080");
        asked.fields().forEach(field -> fields.add(field.getKey() + ": " + field.getValue()));
        String[] all = fields.toArray(String[]::new);
        return random.nextBoolean()
                ? SampleRequest.text(asked.method(), target, all)
                : SampleRequest.own(asked.method(), target, all);
    }

    private String one(String[] words) {
        return words[random.nextInt(words.length)];
    }
}
