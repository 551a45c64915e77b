package dev.asterism.l7.authz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.GarbageProbe;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.identity.Selector;
import dev.asterism.l7.match.MatchSpec;
import dev.asterism.l7.match.PathMatch;
import dev.asterism.l7.match.RequestCondition;
import dev.asterism.l7.match.RequestView;
import dev.asterism.l7.match.SampleRequest;
import dev.asterism.l7.match.ValueMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The example of the design: a service of orders, allowed by group and route. */
class AuthorizerTest {

    private static final FieldNames NAMES = FieldNames.with(List.of("x-role"));

    private static final List<RuleSpec> DENY =
            List.of(rule(11, prefix("/export").withFrom(Selector.parse("group:contractors"))));

    private static final List<RuleSpec> ALLOW =
            List.of(
                    rule(
                            13,
                            prefix("/orders")
                                    .withMethods("GET", "POST")
                                    .withFrom(Selector.parse("group:web"))),
                    rule(
                            14,
                            MatchSpec.ALL
                                    .withPath(PathMatch.grpc("orders.Export/Stream"))
                                    .withFrom(Selector.parse("group:billing"))),
                    rule(
                            15,
                            MatchSpec.ALL
                                    .withPath(PathMatch.exact("/dump"))
                                    .withMethods("GET")
                                    .withFrom(Selector.parse("node:backup-1"))),
                    rule(16, MatchSpec.ALL.withPath(PathMatch.exact("/healthz"))),
                    rule(17, prefix("/export").withFrom(Selector.parse("group:web"))));

    @ParameterizedTest
    @CsvSource({
        "web-3, web, GET, /orders/7, allowed by allow 1 (orders.yml:13)",
        "web-3, web, GET, /orders, allowed by allow 1 (orders.yml:13)",
        "x, billing, POST, /orders.Export/Stream, allowed by allow 2 (orders.yml:14)",
        "backup-1, x, GET, /dump, allowed by allow 3 (orders.yml:15)",
        "x, x, DELETE, /healthz, allowed by allow 4 (orders.yml:16)",
        "'', '', GET, /healthz, denied by deny 1 (orders.yml:11)",
        "web-1, web, GET, /export/all, allowed by allow 5 (orders.yml:17)",
        "x, contractors, GET, /export/all, denied by deny 1 (orders.yml:11)",
    })
    void theFirstRuleThatMatchesIsNamed(
            String name, String group, String method, String path, String text) {
        assertThat(explain(AuthzSpec.Mode.ENFORCE, view(name, group, method, path)).text())
                .isEqualTo(text);
    }

    @Test
    void denyIsBeforeAllow() {
        Authorizer rules = rules(AuthzSpec.Mode.ENFORCE);
        Caller both = new Caller("web-1", List.of("web", "contractors"), "10.0.0.1", "f", "");
        RequestView view = new RequestView(NAMES);

        view.begin(SampleRequest.text("GET", "/export/x"), both);

        assertThat(rules.decide(view)).isEqualTo(Authorizer.Verdict.DENIED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "web-3 | web | DELETE | /orders/7 | allow 1 (orders.yml:13), method differs"
                        + " (DELETE is not GET or POST)",
                "web-3 | web | GET | /ordersx | allow 1 (orders.yml:13), path differs (/ordersx is not prefix /orders)",
                "qa-1 | qa | GET | /orders | allow 1 (orders.yml:13), caller differs (not group:web)",
                "x | x | POST | /dump | allow 4 (orders.yml:16), path differs (/dump is not path /healthz)",
                "backup-1 | x | POST | /dump | allow 3 (orders.yml:15), method differs (POST is not GET)",
            })
    void aRefusalNamesTheClosestRuleAndWhatDiffers(
            String name, String group, String method, String path, String closest) {
        AuthzExplanation why = explain(AuthzSpec.Mode.ENFORCE, view(name, group, method, path));

        assertThat(why.verdict()).isEqualTo(Authorizer.Verdict.NOT_ALLOWED);
        assertThat(why.rule()).isNull();
        assertThat(why.text()).isEqualTo("denied, no allow matches (closest: " + closest + ")");
    }

    /** Whoever is not known may be whom a rule means. */
    @Test
    void whoeverIsNotKnownIsDeniedByARuleForSomebody() {
        RuleSpec ofAny = rule(20, prefix("/any"));
        Authorizer somebody =
                Authorizer.of(
                        new AuthzSpec(
                                AuthzSpec.Mode.ENFORCE, List.of(ofAny, DENY.getFirst()), ALLOW),
                        NAMES);
        Authorizer any =
                Authorizer.of(new AuthzSpec(AuthzSpec.Mode.ENFORCE, List.of(ofAny), ALLOW), NAMES);
        RequestView view = view("", "", "GET", "/healthz");

        assertThat(somebody.explain(view).text()).isEqualTo("denied by deny 2 (orders.yml:11)");
        assertThat(any.decide(view)).isEqualTo(Authorizer.Verdict.PASS);
        assertThat(any.decide(view("", "", "GET", "/any"))).isEqualTo(Authorizer.Verdict.DENIED);
    }

    @Test
    void auditSaysWhatItWouldDo() {
        AuthzExplanation why = explain(AuthzSpec.Mode.AUDIT, view("x", "x", "GET", "/orders"));

        assertThat(why.verdict()).isEqualTo(Authorizer.Verdict.NOT_ALLOWED);
        assertThat(why.text()).endsWith("; it passes, as the mode is audit");
        assertThat(rules(AuthzSpec.Mode.AUDIT).isAudit()).isTrue();
    }

    @Test
    void withoutAllowWhatIsNotDeniedPasses() {
        Authorizer rules =
                Authorizer.of(new AuthzSpec(AuthzSpec.Mode.ENFORCE, DENY, List.of()), NAMES);

        assertThat(rules.decide(view("x", "web", "GET", "/any")))
                .isEqualTo(Authorizer.Verdict.PASS);
        assertThat(rules.decide(view("x", "contractors", "GET", "/export")))
                .isEqualTo(Authorizer.Verdict.DENIED);
        assertThat(Authorizer.of(AuthzSpec.NONE, NAMES).isEmpty()).isTrue();
    }

    /** Forms of one path that a server may read as the denied one. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/export",
                "/export/",
                "//export/x",
                "/./export/x",
                "/a/../export/x",
                "/a/%2e%2e/export",
                "/%65xport/x",
                "/e%78port?x",
                "/export/../export",
            })
    void noSpellingOfAPathGetsAroundADenial(String target) {
        Authorizer rules =
                Authorizer.of(new AuthzSpec(AuthzSpec.Mode.ENFORCE, DENY, List.of()), NAMES);

        assertThat(rules.decide(view("x", "contractors", "GET", target)))
                .isEqualTo(Authorizer.Verdict.DENIED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/a%2f..%2fexport", "/a\\export", "/export%00", "/%2565xport", "/export;x"})
    void aPathOfSeveralReadingsIsNotAllowed(String target) {
        Authorizer rules =
                Authorizer.of(new AuthzSpec(AuthzSpec.Mode.ENFORCE, DENY, List.of()), NAMES);
        RequestView view = view("x", "web", "GET", target);

        assertThat(rules.decide(view)).isEqualTo(Authorizer.Verdict.NOT_ALLOWED);
        assertThat(rules.explain(view).text()).startsWith("denied, no allow matches a path with");
    }

    @Test
    void aRuleThatCanNeverMatchIsNamed() {
        RuleSpec bad = rule(21, prefix("orders"));

        assertThatThrownBy(
                        () ->
                                Authorizer.of(
                                        new AuthzSpec(
                                                AuthzSpec.Mode.ENFORCE, List.of(), List.of(bad)),
                                        NAMES))
                .hasMessage("allow 1 (orders.yml:21): a path begins with '/', unlike 'orders'");
    }

    /** Many rules against asking one after the other. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void decidesAsOneAfterTheOtherWould(long seed) {
        Random random = new Random(seed);
        String[] paths = {"/a", "/a/b", "/b", "/a/b/c"};
        String[] groups = {"web", "qa", "ops"};
        List<RuleSpec> deny = new ArrayList<>();
        List<RuleSpec> allow = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            MatchSpec match =
                    MatchSpec.ALL
                            .withPath(
                                    random.nextBoolean()
                                            ? PathMatch.exact(one(paths, random))
                                            : PathMatch.prefix(one(paths, random)))
                            .withFrom(Selector.parse("group:" + one(groups, random)))
                            .withMethods(random.nextBoolean() ? "GET" : "POST");
            if (random.nextBoolean()) {
                match = match.withHeaders(new ValueMatch[] {ValueMatch.of("x-role", "" + i)});
            }
            (i % 3 == 0 ? deny : allow).add(rule(i, match));
        }
        Authorizer rules = Authorizer.of(new AuthzSpec(AuthzSpec.Mode.ENFORCE, deny, allow), NAMES);
        RequestView view = new RequestView(NAMES);
        for (int i = 0; i < 10_000; i++) {
            Caller caller = new Caller("n", List.of(one(groups, random)), "10.0.0.1", "f", "");
            String method = random.nextInt(3) == 0 ? "POST" : "GET";
            String role = "X-Role: " + random.nextInt(40);
            view.begin(SampleRequest.text(method, one(paths, random), role), caller);

            RuleSpec denied = first(deny, view);
            RuleSpec allowed = first(allow, view);
            Authorizer.Verdict expected =
                    denied != null
                            ? Authorizer.Verdict.DENIED
                            : allowed != null
                                    ? Authorizer.Verdict.PASS
                                    : Authorizer.Verdict.NOT_ALLOWED;
            assertThat(rules.decide(view)).isEqualTo(expected);
            Authorizer.NamedRule decider = rules.decider(view);
            assertThat(decider == null ? null : decider.spec())
                    .isEqualTo(denied != null ? denied : allowed);
        }
    }

    private static @org.jspecify.annotations.Nullable RuleSpec first(
            List<RuleSpec> rules, RequestView view) {
        return rules.stream()
                .filter(
                        rule ->
                                RequestCondition.of(rule.match(), NAMES)
                                        .differences(view)
                                        .isEmpty())
                .findFirst()
                .orElse(null);
    }

    @Test
    void aDecisionMakesNoObjects() {
        Authorizer rules = rules(AuthzSpec.Mode.ENFORCE);
        RequestView view = view("web-3", "web", "POST", "/orders/7");

        assertThat(GarbageProbe.bytes(_ -> rules.decide(view))).isZero();
    }

    private static String one(String[] words, Random random) {
        return words[random.nextInt(words.length)];
    }

    private static Authorizer rules(AuthzSpec.Mode mode) {
        return Authorizer.of(new AuthzSpec(mode, DENY, ALLOW), NAMES);
    }

    private static AuthzExplanation explain(AuthzSpec.Mode mode, RequestView view) {
        return rules(mode).explain(view);
    }

    private static RequestView view(String name, String group, String method, String target) {
        RequestView view = new RequestView(NAMES);
        view.begin(
                SampleRequest.text(method, target),
                new Caller(name, List.of(group), "10.0.0.1", "f", ""));
        return view;
    }

    private static RuleSpec rule(int line, MatchSpec match) {
        return new RuleSpec(match, "orders.yml:" + line);
    }

    private static MatchSpec prefix(String path) {
        return MatchSpec.ALL.withPath(PathMatch.prefix(path));
    }
}
