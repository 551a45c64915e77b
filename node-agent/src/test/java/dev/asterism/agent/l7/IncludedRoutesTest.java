package dev.asterism.agent.l7;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.agent.config.ConfigFiles;
import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.pool.PoolSpec;
import dev.asterism.l7.proxy.ServiceSpec;
import dev.asterism.overlay.config.ConfigOutcome;
import dev.asterism.overlay.config.SectionOutcome;
import dev.asterism.overlay.config.Strictness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code l7.include}: routes of the Gateway API as a part of the configuration. */
class IncludedRoutesTest {

    private static final String ROUTE =
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: %1$s}
            spec:
              parentRefs: [{group: "", kind: Service, name: %1$s}]
              rules:
              - matches: [{path: {value: /v2}}]
                backendRefs: [{name: %1$s-v2, port: 8080}]
              - backendRefs: [{name: %1$s, port: 8080}]
            """;

    @TempDir Path folder;

    private Path config;

    @BeforeEach
    void start() throws IOException {
        config = Files.createDirectory(folder.resolve("config"));
        Files.createDirectory(folder.resolve("routes"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "../routes/a.yaml | a",
                "[../routes/b.yml, ../routes/a.yaml] | a b",
                "../routes | a b",
                "../routes/*.yaml | a",
                "../routes/{a,b}.y* | a b",
                "[../routes, ../routes/a.yaml] | a b",
            })
    void filesFoldersAndPatterns(String include, String services) throws IOException {
        write("routes/a.yaml", ROUTE.formatted("a"));
        write("routes/b.yml", ROUTE.formatted("b"));
        write("routes/c.txt", "{");

        FilterConfig read = read("include: " + include, "");

        assertThat(
                        String.join(
                                " ",
                                read.services().stream().map(ServiceSpec::name).sorted().toList()))
                .isEqualTo(services);
    }

    /** So explain names the file and the line. */
    @Test
    void aRoutesSourceIsItsOwnFile() throws IOException {
        Path file = write("routes/a.yaml", ROUTE.formatted("a"));

        ServiceSpec service = read("include: ../routes", "").services().getFirst();

        assertThat(service.routes().stream().map(route -> route.source()))
                .containsExactly(file + ":7", file + ":9");
        assertThat(service.port()).isEqualTo(8080);
        assertThat(service.pools()).containsOnlyKeys("a-v2", "a");
    }

    @Test
    void addsToAServiceOfTheConfiguration() throws IOException {
        write("routes/a.yaml", ROUTE.formatted("a"));

        ServiceSpec service =
                read(
                                "include: ../routes",
                                """
                                  services:
                                    a:
                                      port: 9000
                                      balance: least
                                      pools: {a: {static: [10.0.0.1]}, a-v2: {dns: a.example.org}}
                                      routes: [{match: {prefix: /own}, to: a}]
                                """)
                        .services()
                        .getFirst();

        assertThat(service.port()).isEqualTo(9000);
        assertThat(service.pools().get("a")).isInstanceOf(PoolSpec.Static.class);
        assertThat(service.pools().get("a-v2")).isInstanceOf(PoolSpec.Dns.class);
        assertThat(service.routes()).hasSize(3);
        assertThat(service.routes().getFirst().match().path().text()).isEqualTo("/own");
        assertThat(service.upstream().balance().text()).isEqualTo("least");
    }

    @Test
    void mistakesRefuseTheConfigurationWithTheirPlace() throws IOException {
        Path file =
                write(
                        "routes/a.yaml",
                        ROUTE.formatted("a")
                                + "    filters: [{type: ExtensionRef}]\n"
                                + "---\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: v}\n");
        write("routes/b.yaml", "a: [");

        assertThat(problems("include: [../routes, ../none, ../none/*.yaml, ../routes/x*]", ""))
                .containsExactly(
                        config + "/c.yml:3:24: l7.include[1]: ../none: there is no such file",
                        config
                                + "/c.yml:3:33: l7.include[2]: ../none/*.yaml: there is no such file",
                        config + "/c.yml:3:49: l7.include[3]: ../routes/x*: there is no such file",
                        file
                                + ":10:22: spec.rules[1].filters[0].type: the filter ExtensionRef is not"
                                + " supported (it is another program's)",
                        file
                                + ":12:1: VirtualService v is not supported (asterism l7 import makes a"
                                + " section of it)",
                        folder.resolve("routes/b.yaml")
                                + ":1:5: not YAML: expected the node content, but found '<stream end>'");
    }

    @Test
    void theServicesPortIsThatOfItsBackends() throws IOException {
        Path file = write("routes/a.yaml", ROUTE.formatted("a"));

        assertThat(problems("include: ../routes", "  services: {a: {port: 9000}}\n"))
                .contains(
                        file
                                + ":8:38: spec.rules[0].backendRefs[0].port: 8080: the service a has the"
                                + " port 9000 in the configuration (the nodes of one service listen at"
                                + " one port)");
        assertThat(
                        problems(
                                "include: ../routes",
                                "  services: {a: {port: 8080, pool: {dns: x}}}\n"))
                .anyMatch(line -> line.contains("pool and pools stand side by side"));
    }

    /** They would be taken for parts of the configuration. */
    @Test
    void routesInTheFolderOfTheConfigurationAreRefused() throws IOException {
        write("config/c.yml", "l7: {enabled: true}\n");
        Path file = write("config/route.yaml", ROUTE.formatted("a"));

        ConfigOutcome outcome = ConfigFiles.load(config, Strictness.REFUSE);

        assertThat(((ConfigOutcome.Refused) outcome).problems().toString())
                .contains(
                        file
                                + ":1:1: this is a document of Kubernetes (apiVersion, kind), not a"
                                + " configuration (keep it outside of this folder, and name routes under"
                                + " l7.include)");
    }

    @Test
    void includesAreBounded() throws IOException {
        for (int i = 0; i < 201; i++) {
            write("routes/%03d.yaml".formatted(i), "# nothing\n");
        }

        assertThat(problems("include: ../routes", ""))
                .anyMatch(line -> line.contains("more than 200 files are included"));
        write("routes/000.yaml", "#".repeat(5 * 1024 * 1024));
        assertThat(problems("include: ../routes/000.yaml", ""))
                .anyMatch(line -> line.contains("it is longer than 4096 KiB"));
    }

    private FilterConfig read(String include, String more) throws IOException {
        SectionOutcome<FilterSettings> outcome = outcome(include, more);
        assertThat(outcome.problems()).isEmpty();
        return Objects.requireNonNull(outcome.value().config());
    }

    private List<String> problems(String include, String more) throws IOException {
        return outcome(include, more).problems().stream().map(Object::toString).toList();
    }

    private SectionOutcome<FilterSettings> outcome(String include, String more) throws IOException {
        write("config/c.yml", "l7:\n  enabled: true\n  %s\n%s".formatted(include, more));
        return ConfigFiles.filter(config, Strictness.REFUSE);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
