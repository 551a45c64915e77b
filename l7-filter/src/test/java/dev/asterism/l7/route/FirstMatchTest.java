package dev.asterism.l7.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.match.MatchSpec;
import dev.asterism.l7.match.PathMatch;
import dev.asterism.l7.match.RequestView;
import dev.asterism.l7.match.SampleRequest;
import dev.asterism.l7.match.ValueMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists whose first match wins, against one route after the other. */
class FirstMatchTest {

    private static final String[] SEGMENTS = {"a", "b", "ab"};
    private static final String[] METHODS = {"GET", "POST", "PUT"};

    private Random random = new Random(0);

    @Test
    void anEarlierRouteForAllKeepsItsRequests() {
        MatchSpec header = MatchSpec.ALL.withHeaders(ValueMatch.of("x", "1"));
        MatchSpec path = MatchSpec.ALL.withPath(PathMatch.prefix("/a"));

        FirstMatch.Outcome<String> outcome = rewrite(header, path, MatchSpec.ALL);

        assertThat(outcome.routes().stream().map(FirstMatch.Entry::action))
                .containsExactly("0", "0", "1", "2");
        assertThat(outcome.routes().getFirst().match())
                .isEqualTo(header.withPath(PathMatch.prefix("/a")));
        assertThat(outcome.doubts()).isEmpty();
    }

    @Test
    void whatNeverGetsARequestGoes() {
        MatchSpec path = MatchSpec.ALL.withPath(PathMatch.exact("/a"));

        FirstMatch.Outcome<String> outcome = rewrite(MatchSpec.ALL, path);

        assertThat(outcome.routes()).hasSize(1);
        assertThat(outcome.hidden().stream().map(FirstMatch.Entry::action)).containsExactly("1");
    }

    @Test
    void twoExpressionsLeaveADoubt() {
        FirstMatch.Outcome<String> outcome =
                rewrite(
                        MatchSpec.ALL.withPath(PathMatch.regex("/a.c")),
                        MatchSpec.ALL.withPath(PathMatch.regex("/ab[a-z]")));

        assertThat(outcome.doubts()).containsExactly(new FirstMatch.Doubt<>("0", "1"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void takesTheSameRequestsAsTheFirstMatch(long seed) {
        random = new Random(seed);
        int added = 0;
        for (int table = 0; table < 60; table++) {
            MatchSpec[] matches = new MatchSpec[2 + random.nextInt(6)];
            List<Table> alone = new ArrayList<>();
            for (int i = 0; i < matches.length; i++) {
                matches[i] = match();
                alone.add(
                        new Table(List.of(new FirstMatch.Entry<>(matches[i], String.valueOf(i)))));
            }
            FirstMatch.Outcome<String> outcome = rewrite(matches);
            assertThat(outcome.doubts()).isEmpty();
            added += outcome.routes().size() - matches.length + outcome.hidden().size();
            Table rewritten = new Table(outcome.routes());
            for (int i = 0; i < 40; i++) {
                RequestAsked asked = new RequestAsked(method(), path(), fields());
                String[] fields = asked.fields.toArray(String[]::new);
                Head head = SampleRequest.text(asked.method, asked.path, fields);
                assertThat(rewritten.taken(head))
                        .as("seed %d, table %d: %s of %s", seed, table, asked, List.of(matches))
                        .isEqualTo(first(alone, head));
            }
        }
        assertThat(added).isGreaterThan(20);
    }

    private record RequestAsked(String method, String path, List<String> fields) {}

    private static FirstMatch.Outcome<String> rewrite(MatchSpec... matches) {
        List<FirstMatch.Entry<String>> entries = new ArrayList<>();
        for (int i = 0; i < matches.length; i++) {
            entries.add(new FirstMatch.Entry<>(matches[i], String.valueOf(i)));
        }
        return FirstMatch.rewrite(entries);
    }

    /** Routes that are compiled once. */
    private static final class Table {

        private final Routes routes;
        private final RequestView view;

        Table(List<FirstMatch.Entry<String>> entries) {
            List<RouteSpec> specs = new ArrayList<>();
            for (FirstMatch.Entry<String> one : entries) {
                specs.add(
                        RouteSpec.named(one.action(), "f.yml:1")
                                .match(one.match())
                                .to("p")
                                .build());
            }
            FieldNames names = FieldNames.with(Routes.fieldNames(specs));
            routes = Routes.compile(specs, names).routes();
            view = new RequestView(names);
        }

        String taken(Head head) {
            view.begin(head, Caller.UNKNOWN);
            Route route = routes.match(view);
            return route == null ? "none" : route.name();
        }
    }

    private static String first(List<Table> alone, Head head) {
        for (Table one : alone) {
            String taken = one.taken(head);
            if (!taken.equals("none")) {
                return taken;
            }
        }
        return "none";
    }

    private MatchSpec match() {
        MatchSpec match =
                switch (random.nextInt(4)) {
                    case 0 -> MatchSpec.ALL;
                    case 1 -> MatchSpec.ALL.withPath(PathMatch.exact(path()));
                    case 2 -> MatchSpec.ALL.withPath(PathMatch.prefix(path()));
                    default -> MatchSpec.ALL.withPath(PathMatch.regex(path() + ".*"));
                };
        if (random.nextInt(3) == 0) {
            match = match.withMethods(method());
        }
        List<ValueMatch> headers = new ArrayList<>();
        for (String name : List.of("x", "y")) {
            switch (random.nextInt(5)) {
                case 0 -> headers.add(ValueMatch.of(name, value()));
                case 1 -> headers.add(ValueMatch.of(name, "*"));
                default -> {}
            }
        }
        return match.withHeaders(headers.toArray(ValueMatch[]::new));
    }

    private String path() {
        StringBuilder path = new StringBuilder();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            path.append('/').append(SEGMENTS[random.nextInt(SEGMENTS.length)]);
        }
        return path.toString();
    }

    private String method() {
        return METHODS[random.nextInt(METHODS.length)];
    }

    private String value() {
        return random.nextBoolean() ? "1" : "2";
    }

    private List<String> fields() {
        List<String> fields = new ArrayList<>();
        for (String name : List.of("x", "y")) {
            if (random.nextBoolean()) {
                fields.add(name + ": " + value());
            }
        }
        return fields;
    }
}
