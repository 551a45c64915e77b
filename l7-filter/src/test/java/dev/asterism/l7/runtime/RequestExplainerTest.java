package dev.asterism.l7.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.l7.config.FilterFiles;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.pool.EndpointSet;
import dev.asterism.l7.proxy.FilterSnapshot;
import dev.asterism.l7.runtime.RequestExplainer.Explanation;
import dev.asterism.l7.runtime.RequestExplainer.Header;
import dev.asterism.l7.runtime.RequestExplainer.Question;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RequestExplainerTest {

    private static final Caller WEB =
            new Caller("web-3", List.of("web"), "10.42.0.3", "ab", "mesh");

    @Test
    void saysWhichRuleWouldRefuseAndWhatIsClosest() {
        Explanation said =
                ask(
                        example("authorisation").replace("audit", "enforce"),
                        "orders",
                        "DELETE",
                        "/orders/7");

        assertThat(said.passes()).isFalse();
        assertThat(said.answer())
                .startsWith("403, denied, no allow matches (closest: allow 1 (c.yml:1")
                .contains("method");
        Explanation audited = ask(example("authorisation"), "orders", "DELETE", "/orders/7");
        assertThat(audited.passes()).isTrue();
        assertThat(audited.rules().getFirst()).endsWith("it passes, as the mode is audit");
        assertThat(ask(example("authorisation"), "orders", "GET", "/orders/7").rules())
                .containsExactly("allowed by allow 1 (c.yml:14)");
    }

    @Test
    void saysWhichRouteAndWhyAndWhereTo() {
        String yaml = example("header-routing");
        Explanation tester = ask(yaml, "", "GET", "/", new Header("X-Canary", "1"));
        Explanation other = ask(yaml, "", "GET", "/");

        assertThat(tester.route()).startsWith("route 'route-1'");
        assertThat(tester.pools())
                .extracting(RequestExplainer.PoolChoice::name)
                .containsExactly("v2");
        assertThat(tester.answer()).isEqualTo("goes to an endpoint of v2");
        assertThat(other.route()).startsWith("route 'route-4'");
        assertThat(other.pools())
                .extracting(RequestExplainer.PoolChoice::name)
                .containsExactly("v1");
        assertThat(Objects.requireNonNull(other.policy()).timeout()).startsWith("{request: 15s");
    }

    @Test
    void saysTheSharesOfASplit() {
        Explanation said = ask(example("canary").replace("web:", "shop:"), "", "GET", "/");

        assertThat(said.pools())
                .extracting(RequestExplainer.PoolChoice::share)
                .containsExactly(95.0, 5.0);
    }

    @Test
    void saysTheClassAndTheLimitOfAServiceThatSheds() {
        assertThat(ask(example("overload"), "api", "GET", "/").notes())
                .anyMatch(
                        note ->
                                note.startsWith("overload (c.yml:")
                                        && note.contains("class normal, by its caller; 0 of 8"));
        assertThat(ask(example("overload"), "api", "GET", "/reports/1").notes())
                .anyMatch(note -> note.contains("class batch, by its route"));
        assertThat(
                        ask(example("overload").replace("group:ci", "group:web"), "api", "GET", "/")
                                .notes())
                .anyMatch(note -> note.contains("class batch, by its caller"));
    }

    @Test
    void saysWhatBecomesOfARequestWithoutAPlace() {
        List<String> served = places(ask(example("authorisation"), "orders", "GET", "/orders/7"));
        assertThat(served)
                .containsExactly(
                        "max (default): 0 of 1024 requests and 0 of 1024 connections are under way, and 0 of 1024 wait;"
                                + " without a place a request waits for 1s and gets 503 overflow",
                        "of these requests this caller has 0; one that has its share gets 429 caller_share",
                        "while requests lack a place, one whose client reads or sends nothing is ended, 408 slow_client:"
                                + " after 500ms when its caller has more than its even share, after 20s for any caller");
        assertThat(places(ask(example("limits-and-breaker"), "payments", "GET", "/")))
                .containsExactly(
                        "max (c.yml:%d): 0 of 128 requests and 0 of 64 connections are under way, and 0 of 32 wait;"
                                        .formatted(lineOf("limits-and-breaker", "max:"))
                                + " without a place a request waits for 1s and gets 503 overflow",
                        "while requests lack a place, one whose client reads or sends nothing is ended, 408 slow_client:"
                                + " after 20s");
    }

    private static List<String> places(Explanation said) {
        return Objects.requireNonNull(said.policy()).places();
    }

    private static long lineOf(String name, String key) {
        return 1 + example(name).lines().takeWhile(line -> !line.contains(key)).count();
    }

    @Test
    void knowsNoServiceOfThatName() {
        assertThat(explainer("l7: {enabled: true}").explain(question("x", "GET", "/"), 0)).isNull();
    }

    @Test
    void saysThatNobodyIsThere() {
        RequestExplainer empty =
                new RequestExplainer(
                        snapshot(example("canary").replace("web:", "shop:")),
                        _ -> EndpointSet.EMPTY);
        Explanation said = Objects.requireNonNull(empty.explain(question("shop", "GET", "/"), 0));

        assertThat(Objects.requireNonNull(said).answer()).isEqualTo("503 no_endpoint");
        assertThat(said.passes()).isFalse();
    }

    private static Explanation ask(
            String yaml, String service, String method, String target, Header... headers) {
        Explanation said =
                explainer(yaml)
                        .explain(
                                new Question(
                                        service,
                                        WEB,
                                        method,
                                        "shop.mesh",
                                        target,
                                        List.of(headers)),
                                0);
        return Objects.requireNonNull(said);
    }

    private static Question question(String service, String method, String target) {
        return new Question(service, WEB, method, "", target, List.of());
    }

    private static RequestExplainer explainer(String yaml) {
        EndpointSet one =
                new EndpointSet(
                        List.of(
                                new EndpointSet.Entry(
                                        "a",
                                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                                        1,
                                        Long.MAX_VALUE)));
        return new RequestExplainer(snapshot(yaml), _ -> one);
    }

    private static FilterSnapshot snapshot(String yaml) {
        return FilterSnapshot.of(FilterFiles.config(yaml).spec("me"), null, 0);
    }

    private static String example(String name) {
        try {
            return Files.readString(Path.of("..", "configs", "l7", name + ".yml"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
