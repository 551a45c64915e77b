package dev.asterism.l7.route;

import static dev.asterism.l7.match.SampleRequest.forwarded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.GarbageProbe;
import dev.asterism.l7.http.Head;
import dev.asterism.l7.http.HttpLimits;
import dev.asterism.l7.http1.RequestHeadParser;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.match.PathMatch;
import dev.asterism.l7.match.RequestView;
import dev.asterism.l7.match.SampleRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes to requests and answers, on heads of both forms. The tables of paths are the Gateway API's. */
class RouteActionsTest {

    private final FieldNames names = FieldNames.with(List.of("x-a", "x-b", "x-c"));
    private final RequestView view = new RequestView(names);

    @ParameterizedTest
    @CsvSource({
        "/foo/bar, /foo, /xyz, /xyz/bar",
        "/foo/bar, /foo, /xyz/, /xyz/bar",
        "/foo/bar, /foo/, /xyz, /xyz/bar",
        "/foo/bar, /foo/, /xyz/, /xyz/bar",
        "/foo, /foo, /xyz, /xyz",
        "/foo/, /foo, /xyz, /xyz/",
        "/foo/bar, /foo, /, /bar",
        "/foo/, /foo, /, /",
        "/foo, /foo, /, /",
        "/foo/bar?q=1&r, /foo, /x, /x/bar?q=1&r",
        "/foo?q, /foo, /, /?q",
        "/bar, /, /xyz, /xyz/bar",
        "/, /, /xyz, /xyz/",
        "/f%6fo/./bar, /foo, /x, /x/bar",
        "/foo/a, /f%6fo, /x, /x/a",
    })
    void aPrefixIsReplacedByWholeSegments(String target, String prefix, String by, String result) {
        Rewrite rewrite = Rewrite.of(new RewriteSpec(by, null, null), PathMatch.prefix(prefix));
        for (Head head : both(target)) {
            rewrite.applyTo(view);

            assertThat(SampleRequest.part(head, Head.PATH)).isEqualTo(result);
        }
    }

    @Test
    void aPathAndAHostAreReplaced() {
        Rewrite rewrite =
                Rewrite.of(new RewriteSpec(null, "/new", "other:81"), PathMatch.exact("/a"));
        for (Head head : both("/a?q=1", "X-A: 1")) {
            rewrite.applyTo(view);

            assertThat(SampleRequest.asHttp1(head).toLowerCase(Locale.ROOT))
                    .isEqualTo("get /new?q=1 http/1.1\r\nhost: other:81\r\nx-a: 1\r\n\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"REGEX, /a.*", "EXACT, /a", "GRPC, a.b/c"})
    void aPrefixIsReplacedOnlyWhereOneWasMatched(PathMatch.Kind kind, String text) {
        assertThatThrownBy(
                        () ->
                                Rewrite.of(
                                        new RewriteSpec("/x", null, null),
                                        new PathMatch(kind, text)))
                .hasMessageContaining("a prefix is replaced only on a route that matches one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "/a b", "/a\r\nb", "/a#b", "/a?b", "/\u00fc"})
    void whatIsNoPathIsRefused(String path) {
        assertThatThrownBy(() -> Rewrite.of(new RewriteSpec(null, path, null), PathMatch.ANY))
                .hasMessageContaining("is no path");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, -, 0, -, -, http://shop.mesh:8080/a/b?q=1",
                "https, -, 0, -, -, https://shop.mesh/a/b?q=1",
                "https, -, 8443, -, -, https://shop.mesh:8443/a/b?q=1",
                "https, -, 443, -, -, https://shop.mesh/a/b?q=1",
                "-, -, 80, -, -, http://shop.mesh/a/b?q=1",
                "-, -, 81, -, -, http://shop.mesh:81/a/b?q=1",
                "-, other, 0, -, -, http://other/a/b?q=1",
                "https, other, 81, -, -, https://other:81/a/b?q=1",
                "-, -, 0, /x, -, http://shop.mesh:8080/x/b?q=1",
                "-, -, 0, -, /x, http://shop.mesh:8080/x?q=1",
            })
    void aRedirectKeepsWhatItDoesNotName(
            @Nullable String scheme,
            @Nullable String host,
            int port,
            @Nullable String prefix,
            @Nullable String path,
            String location) {
        RedirectSpec spec = new RedirectSpec(302, scheme, host, port, prefix, path);
        OwnAnswer answer = OwnAnswer.of(spec, PathMatch.prefix("/a"));
        Head head = new Head();
        for (Head _ : both("/a/b?q=1", "Host: Shop.mesh:8080")) {
            answer.compose(view, head);

            assertThat(head.status()).isEqualTo(302);
            assertThat(forwarded(head))
                    .containsExactly(
                            "location: " + location,
                            "x-mesh-reason: redirect",
                            "content-length: 0");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void theFiveCodesOfRedirectsAreTaken(int code) {
        RedirectSpec spec = new RedirectSpec(code, null, null, 0, null, null);

        assertThat(OwnAnswer.of(spec, PathMatch.ANY).code()).isEqualTo(code);
    }

    @Test
    void otherCodesAreNoRedirects() {
        assertThatThrownBy(() -> new RedirectSpec(304, null, null, 0, null, null))
                .hasMessage("expected 301, 302, 303, 307 or 308, not 304");
    }

    @Test
    void aFixedAnswerHasItsBody() {
        OwnAnswer answer = OwnAnswer.of(new RespondSpec(451, "na\u00efve"));
        Head head = new Head();
        both("/");

        answer.compose(view, head);

        assertThat(forwarded(head))
                .containsExactly(
                        "x-mesh-reason: respond",
                        "content-type: text/plain; charset=utf-8",
                        "content-length: 6");
        assertThat(head.contentLength()).isEqualTo(6);
        assertThat(answer.body()).hasSize(6);
    }

    @Test
    void anAnswerThatHasNoBodyHasNoLength() {
        Head head = new Head();
        both("/");
        OwnAnswer.of(new RespondSpec(204, "ignored")).compose(view, head);

        assertThat(forwarded(head)).containsExactly("x-mesh-reason: respond");
        assertThat(head.contentLength()).isEqualTo(-1);
    }

    @Test
    void fieldsAreRemovedThenSetThenAdded() {
        SequencedMap<String, String> set = new LinkedHashMap<>();
        set.put("X-B", "new");
        SequencedMap<String, String> add = new LinkedHashMap<>();
        add.put("x-c", "more");
        HeaderChanges changes = HeaderChanges.of(new HeaderSpec(set, add, List.of("X-A")), names);
        for (Head head : both("/", "X-A: 1", "x-b: 1", "X-B: 2", "x-c: 1", "x-a: 2")) {
            changes.applyTo(head);

            assertThat(forwarded(head))
                    .filteredOn(field -> !field.startsWith("host"))
                    .containsExactly("x-c: 1", "x-b: new", "x-c: more");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection",
                "Transfer-Encoding",
                "content-length",
                "TE",
                "upgrade",
                "Host",
                "x-mesh-peer",
                "X-Mesh-Reason",
                "grpc-status",
                "a b",
                ":path",
                ""
            })
    void someFieldsAreNotAConfigurationsToChange(String name) {
        SequencedMap<String, String> set = new LinkedHashMap<>();
        set.put(name, "v");
        HeaderSpec spec = new HeaderSpec(set, new LinkedHashMap<>(), List.of());
        FieldNames all = FieldNames.with(HeaderChanges.fieldNames(spec));

        assertThatThrownBy(() -> HeaderChanges.of(spec, all))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nb: c", "a\nb", "\u0000", " a", "a\t"})
    void aValueCannotHoldAnotherField(String value) {
        SequencedMap<String, String> set = new LinkedHashMap<>();
        set.put("x-a", value);
        HeaderSpec spec = new HeaderSpec(set, new LinkedHashMap<>(), List.of());

        assertThatThrownBy(() -> HeaderChanges.of(spec, names))
                .hasMessageContaining("control characters or blanks");
    }

    @Test
    void aRouteDoesOneThing() {
        RouteSpec.Builder both = RouteSpec.named("r", "f.yml:1").to("p");
        both.respond(new RespondSpec(200, ""));
        RouteSpec.Builder two = RouteSpec.named("r", "f.yml:2").respond(new RespondSpec(200, ""));
        two.redirect(new RedirectSpec(301, null, "h", 0, null, null));

        assertThat(Routes.compile(List.of(both.build(), two.build()), names).findings())
                .extracting(RouteFinding::message)
                .containsExactly(
                        "route 'r': a route sends on or answers, not both",
                        "route 'r': a route redirects or responds, not both");
    }

    @Test
    void aSplitWithoutWeightsIsWarnedOf() {
        SplitSpec split =
                new SplitSpec(
                        List.of(BranchSpec.of("a", 0), BranchSpec.of("b", 0)),
                        StickySpec.NONE,
                        SplitSpec.OnEmpty.FALL_BACK);
        RouteSpec route = RouteSpec.named("r", "f.yml:1").split(split).build();

        assertThat(Routes.compile(List.of(route), names).findings())
                .containsExactly(
                        new RouteFinding(
                                RouteFinding.Severity.WARNING,
                                "f.yml:1",
                                "route 'r' (f.yml:1) answers 500 to all: every weight is 0"));
    }

    @Test
    void changesMakeNoObjects() {
        SequencedMap<String, String> set = new LinkedHashMap<>();
        set.put("x-b", "new");
        HeaderChanges changes =
                HeaderChanges.of(new HeaderSpec(set, new LinkedHashMap<>(), List.of("x-a")), names);
        Rewrite rewrite =
                Rewrite.of(
                        new RewriteSpec("/longer/than/before", null, "h"), PathMatch.prefix("/a"));
        RedirectSpec redirect = new RedirectSpec(302, "https", null, 0, "/x", null);
        OwnAnswer answer = OwnAnswer.of(redirect, PathMatch.prefix("/a"));
        byte[] lent = Ascii.bytes("GET /a/b?q=1 HTTP/1.1\r\nhost: h\r\nx-a: 1\r\nx-b: 2\r\n\r\n");
        Head head = new Head();
        Head own = new Head();
        var parser = new RequestHeadParser(FieldNames.standard(), HttpLimits.STANDARD);

        long garbage =
                GarbageProbe.bytes(
                        _ -> {
                            parser.parse(lent, 0, lent.length, head);
                            view.begin(head, Caller.UNKNOWN);
                            changes.applyTo(head);
                            rewrite.applyTo(view);
                            answer.compose(view, own);
                        });

        assertThat(garbage).isZero();
        assertThat(SampleRequest.asHttp1(head))
                .isEqualTo("GET /longer/than/before/b?q=1 HTTP/1.1\r\nhost: h\r\nx-b: new\r\n\r\n");
    }

    /** The same request in both forms, each the view's while it is looked at. */
    private Iterable<Head> both(String target, String... fields) {
        return () ->
                List.of(
                                SampleRequest.text("GET", target, fields),
                                SampleRequest.own("GET", target, fields))
                        .stream()
                        .peek(head -> view.begin(head, Caller.UNKNOWN))
                        .iterator();
    }
}
