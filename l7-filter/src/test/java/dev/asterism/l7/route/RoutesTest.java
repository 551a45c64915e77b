package dev.asterism.l7.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.identity.Selector;
import dev.asterism.l7.match.MatchSpec;
import dev.asterism.l7.match.PathMatch;
import dev.asterism.l7.match.RequestView;
import dev.asterism.l7.match.SampleRequest;
import dev.asterism.l7.match.ValueMatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of HTTPRoute's matches, one table for each, and what a table says about itself. */
class RoutesTest {

    private static final Caller QA = new Caller("qa-1", List.of("qa"), "10.0.0.1", "ff", "");

    private final List<RouteSpec> specs = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({
        "/, root",
        "/other, root",
        "/v2, v2",
        "/v2/, v2",
        "/v2/x, v2",
        "/v2example, root",
        "/v2/example, exact",
        "/v2/example/, v2",
        "/v2/deep/er, deep",
        "/v2/deep/, deep",
        "/v2/deeper, v2",
        "/v1/7, regex",
        "/v1/seven, v1",
        "/shop.Catalog/List, list",
        "/shop.Catalog/Get, catalog",
        "/shop.Cart/List, root",
        "/v2?x=/v1/7, v2",
        "/./v2//x/../example, exact",
    })
    void anExactPathThenTheLongestPrefix(String target, String name) {
        add("root", MatchSpec.ALL);
        add("v2", prefix("/v2"));
        add("deep", prefix("/v2/deep/"));
        add("exact", MatchSpec.ALL.withPath(PathMatch.exact("/v2/example")));
        add("v1", prefix("/v1"));
        add("regex", MatchSpec.ALL.withPath(PathMatch.regex("/v1/[0-9]+")));
        add("catalog", MatchSpec.ALL.withPath(PathMatch.grpc("shop.Catalog")));
        add("list", MatchSpec.ALL.withPath(PathMatch.grpc("shop.Catalog/List")));

        assertThat(taken("GET", target)).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /a, 0, , any",
        "POST, /a, 0, , post",
        "GET, /a, 1, , one",
        "GET, /a, 2, , two",
        "POST, /a, 2, , post",
        "GET, /a?q=1, 0, , query",
        "GET, /a?q=1, 2, , two",
        "GET, /a?q=1&q=2&r=x, 0, , queries",
        "GET, /a?%71=%31, 0, , query",
        "GET, /a?q=12, 0, , any",
        "GET, /a?qq=1, 0, , any",
        "GET, /a, 0, qa, from",
        "GET, /a?q=1, 0, qa, query",
    })
    void aMethodThenMostHeadersThenMostParameters(
            String method, String target, int headers, String group, String name) {
        MatchSpec a = prefix("/a");
        ValueMatch one = ValueMatch.of("x-one", "1");
        add("any", a);
        add("any again", a);
        add("from", a.withFrom(Selector.parse("group:qa")));
        add("queries", a.withQuery(ValueMatch.of("q", "1"), ValueMatch.of("r", "*")));
        add("query", a.withQuery(ValueMatch.of("q", "1")));
        add("two", a.withHeaders(ValueMatch.of("X-Two", "~[0-9]+"), one));
        add("one", a.withHeaders(one));
        add("post", a.withMethods("POST", "PUT"));

        String[] fields = {"X-One: 1", "x-two: 22"};
        RequestView view =
                view(
                        method,
                        target,
                        group == null ? Caller.UNKNOWN : QA,
                        Arrays.copyOf(fields, headers));

        assertThat(routes().match(view))
                .hasToString("route '" + name + "' (f.yml:" + line(name) + ")");
    }

    @ParameterizedTest
    @CsvSource({
        "a.example.com, exact",
        "A.Example.COM, exact",
        "a.example.com:8080, exact",
        "a.example.com., exact",
        "b.example.com, example",
        "c.b.example.com, example",
        "x.dev.example.com, dev",
        "dev.example.com, example",
        "example.com, any",
        "badexample.com, any",
        "[::1]:80, six",
        "shop.mesh, any",
    })
    void theHostThatSaysMostComesFirst(String host, String name) {
        add("any", MatchSpec.ALL.withPath(PathMatch.exact("/a")));
        add("example", MatchSpec.ALL.withHosts("*.example.com"));
        add("dev", MatchSpec.ALL.withHosts("other", "*.dev.example.com"));
        add("exact", MatchSpec.ALL.withHosts("a.example.com"));
        add("six", MatchSpec.ALL.withHosts("[::1]"));

        assertThat(taken("GET", "/a", "Host: " + host)).isEqualTo(name);
    }

    @Test
    void noRouteTakesWhatNoneMatches() {
        add("post", MatchSpec.ALL.withMethods("POST"));
        add("deep", prefix("/a/b/c"));

        RequestView view = view("GET", "/a/b", Caller.UNKNOWN);

        assertThat(routes().match(view)).isNull();
        assertThat(routes().explain(view).lines())
                .containsExactly(
                        "no route matches",
                        "closest: route 'post' (f.yml:1), method differs (GET is not POST)");
    }

    @Test
    void aPathWithSeveralReadingsIsForNoRoute() {
        add("a", prefix("/a"));
        add("all", MatchSpec.ALL);
        RequestView view = view("GET", "/a%2fb", Caller.UNKNOWN);

        assertThat(routes().looksAtPath()).isTrue();
        assertThat(view.isPathClear()).isFalse();
        assertThat(routes().match(view)).isNull();
        assertThat(routes().explain(view).lines())
                .containsExactly("refused, as the path has an escaped slash");
    }

    @Test
    void whereNoRuleLooksAtPathsTheyAreNotJudged() {
        add("all", MatchSpec.ALL);
        RequestView view = view("GET", "/a%2fb", Caller.UNKNOWN);

        assertThat(routes().looksAtPath()).isFalse();
        assertThat(routes().match(view)).isNotNull();
    }

    @Test
    void saysWhatItWonAgainst() {
        add("all", MatchSpec.ALL);
        add("a", prefix("/a"));
        add("header", prefix("/a").withHeaders(ValueMatch.of("x-canary", "1")));
        add("b", prefix("/b"));

        RouteExplanation why = routes().explain(view("GET", "/a", Caller.UNKNOWN, "X-Canary: 1"));

        assertThat(why.lines())
                .containsExactly(
                        "route 'header' (f.yml:3) matches: prefix /a, header x-canary: 1",
                        "before route 'a' (f.yml:2), as it names more headers",
                        "before route 'all' (f.yml:1), as its path says more");
    }

    @Test
    void warnsOfRoutesThatOthersHide() {
        add("get and post", prefix("/a").withMethods("GET", "POST"));
        add("get", prefix("/a/").withMethods("GET"));
        add("delete", prefix("/a").withMethods("DELETE"));
        add("all", MatchSpec.ALL);
        add("again", prefix("/"));
        add("qa", MatchSpec.ALL.withFrom(Selector.parse("group:qa & node:x")));
        add("qa too", MatchSpec.ALL.withFrom(Selector.parse("node:x & group:qa & !group:y")));
        add("expression", prefix("/a").withHeaders(ValueMatch.of("x", "~1.*")));
        add("value", prefix("/a").withHeaders(ValueMatch.of("x", "12")));
        add("other value", prefix("/a").withHeaders(ValueMatch.of("x", "2")));

        assertThat(compile().findings())
                .extracting(RouteFinding::toString)
                .containsExactly(
                        "f.yml:2: route 'get' (f.yml:2) never gets a request: route 'get and post'"
                                + " (f.yml:1) takes them all",
                        "f.yml:5: route 'again' (f.yml:5) never gets a request: route 'all'"
                                + " (f.yml:4) takes them all",
                        "f.yml:7: route 'qa too' (f.yml:7) never gets a request: route 'qa'"
                                + " (f.yml:6) takes them all",
                        "f.yml:9: route 'value' (f.yml:9) never gets a request: route 'expression'"
                                + " (f.yml:8) takes them all");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "EXACT | a | a path begins with '/'",
                "EXACT | /a?b | a path has no '?'",
                "PREFIX | /a%2fb | never matches: requests with an escaped slash are refused",
                "REGEX | /a( | is no regular expression",
                "REGEX | (((a{1000}){1000}){1000}) | its counted repetitions multiply",
                "REGEX | (abcdefghij){500} | is too large",
                "GRPC | shop.Catalog/List/x | expected pkg.Service/Method",
                "GRPC | /shop.Catalog/List | expected pkg.Service/Method",
            })
    void refusesPathsThatCanNeverMatch(PathMatch.Kind kind, String text, String message) {
        add("bad", MatchSpec.ALL.withPath(new PathMatch(kind, text)));

        Routes.Compiled compiled = compile();

        assertThat(compiled.hasErrors()).isTrue();
        assertThat(compiled.findings().getFirst().toString())
                .startsWith("f.yml:1: route 'bad': ")
                .contains(message);
    }

    @Test
    void refusesWhatElseCanNeverMatch() {
        add("host", MatchSpec.ALL.withHosts("a.x:80"));
        add("method", MatchSpec.ALL.withMethods("GET IT"));
        add("header", MatchSpec.ALL.withHeaders(ValueMatch.of("x".repeat(64), "1")));
        specs.add(RouteSpec.named("nowhere", "f.yml:4").build());
        add("host header", MatchSpec.ALL.withHeaders(ValueMatch.of("Host", "a.x")));

        assertThat(compile().findings())
                .extracting(RouteFinding::message)
                .containsExactly(
                        "route 'host': expected a host's name or '*.' and a suffix, without a"
                                + " port, not 'a.x:80'",
                        "route 'method': 'GET IT' is no method",
                        "route 'header': the field's name '"
                                + "x".repeat(64)
                                + "' is none of 1 to 63 characters",
                        "route 'nowhere': a route needs one of 'to', 'split', 'redirect' and"
                                + " 'respond'",
                        "route 'host header': a host is matched by 'host', not by a header");
    }

    /** A text of 8 KiB, the longest path that is taken, and an expression made to be slow in other engines. */
    @Test
    void anExpressionCannotHangTheLoop() {
        add("slow", MatchSpec.ALL.withPath(PathMatch.regex("/(a*)*(a*)*b")));
        RequestView view = view("GET", "/" + "a".repeat(8000), Caller.UNKNOWN);

        assertThat(routes().match(view)).isNull();
    }

    private static MatchSpec prefix(String path) {
        return MatchSpec.ALL.withPath(PathMatch.prefix(path));
    }

    private void add(String name, MatchSpec match) {
        String source = "f.yml:" + (specs.size() + 1);
        specs.add(RouteSpec.named(name, source).match(match).to("p").build());
    }

    private int line(String name) {
        return specs.stream().map(RouteSpec::name).toList().indexOf(name) + 1;
    }

    private FieldNames names() {
        return FieldNames.with(Routes.fieldNames(specs));
    }

    private Routes.Compiled compile() {
        return Routes.compile(specs, names());
    }

    private Routes routes() {
        return compile().routes();
    }

    private RequestView view(String method, String target, Caller caller, String... fields) {
        RequestView view = new RequestView(names());
        view.begin(SampleRequest.text(method, target, fields), caller);
        return view;
    }

    private String taken(String method, String target, String... fields) {
        Route route = routes().match(view(method, target, Caller.UNKNOWN, fields));
        return route == null ? "none" : route.name();
    }
}
