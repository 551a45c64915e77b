package dev.asterism.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lists of maps, and maps whose keys are names, as a section above the engine reads them. */
class NestedSectionsTest {

    /** Each service: its name, port, methods of its rules, split of its routes. */
    private record Services(Map<String, List<String>> byName) {}

    private static final SectionBinding<Services> SERVICES =
            new SectionBinding<>(
                    Services.class,
                    "l7",
                    NestedSectionsTest::services,
                    Map.of("services", all -> all.byName().isEmpty() ? null : all.byName()));

    private static Services services(Section section) {
        Map<String, List<String>> byName = new LinkedHashMap<>();
        section.named("services")
                .forEach(
                        (name, service) -> {
                            List<String> said = new ArrayList<>();
                            said.add(service.source("port"));
                            for (Section route : service.sections("routes")) {
                                said.add(route.path("split") + route.texts("split"));
                                said.addAll(route.section("match").words("method"));
                                if ("x".equals(route.written("to"))) {
                                    route.error("to", "no x", "write y");
                                }
                                route.words("remove_headers");
                                route.error("remove_headers", 1, "not this one", "");
                            }
                            byName.put(name, said);
                        });
        return new Services(byName);
    }

    @Test
    void readsThemInTheOrderOfTheFile() {
        String yaml =
                """
                l7:
                  services:
                    b:
                      port: 80
                      routes:
                        - {split: {v2: 5, v1: "95"}, match: {method: [GET, PUT]}, remove_headers: [a]}
                    "10.0":
                    a: {routes: [{match: {method: POST}, remove_headers: [a]}]}
                """;

        assertThat(problems(yaml))
                .containsExactly(
                        "c.yml:7: l7.services.b.routes[0].remove_headers: not this one",
                        "c.yml:9: l7.services.a.routes[0].remove_headers: not this one");
    }

    @Test
    void givesTheirValues() {
        String yaml =
                """
                l7:
                  services:
                    b: {port: 80}
                    "10.0":
                    a:
                """;

        ConfigOutcome.Loaded loaded = (ConfigOutcome.Loaded) read(yaml);

        assertThat(loaded.config().get(SERVICES).byName())
                .containsExactly(
                        Map.entry("b", List.of("c.yml:4")),
                        Map.entry("10.0", List.of("c.yml:5")),
                        Map.entry("a", List.of("c.yml:6")));
        assertThat(ConfigDiff.between(loaded("").config(), loaded.config()).keys())
                .containsExactly("l7.services");
        assertThat(ConfigDiff.between(loaded.config(), loaded("").config()).keys())
                .containsExactly("l7.services");
        assertThat(ConfigPrinter.print(loaded("l7: {}"))).doesNotContain("l7");
        assertThat(ConfigPrinter.print(loaded)).contains("l7:\n  services: {b: {port: 80}, ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "services: [1] | c.yml:2: l7.services must be a map, not a list",
                "services: {a: 1} | c.yml:2: l7.services.a must be a map, not a int",
                "services: {a: {prot: 1}} | c.yml:2: unknown key l7.services.a.prot (did you mean port?)",
                "services: {a: {routes: 1}} | c.yml:2: l7.services.a.routes must be a list, not a int",
                "services: {a: {routes: [1]}} | c.yml:2: l7.services.a.routes[0]: entry 1 must be a map, not a int",
                "services: {a: {routes: [{mtach: 1}]}} | c.yml:2: unknown key l7.services.a.routes[0].mtach (did you mean match?)",
                "services: {a: {routes: [{split: [1]}]}} | c.yml:2: l7.services.a.routes[0].split must be a map, not a list",
                "services: {a: {routes: [{split: {v: [1]}}]}} | c.yml:2: l7.services.a.routes[0].split.v must be a single value, not a list",
                "services: {a: {routes: [{match: {method: [[x]]}}]}} | c.yml:2: l7.services.a.routes[0].match.method[0] must be a single value, not a list",
                "services: {a: {routes: [{to: [x]}]}} | c.yml:2: l7.services.a.routes[0].to must be a single value, not a list",
                "services: {a: {routes: [{to: x}]}} | c.yml:2: l7.services.a.routes[0].to: no x (write y)"
            })
    void tellsWrongForms(String yaml, String problem) {
        assertThat(problems("l7: {" + yaml + "}")).contains(problem);
    }

    private static List<String> problems(String yaml) {
        return ((ConfigOutcome.Refused) read(yaml))
                .problems().stream()
                        .map(problem -> problem.toString().replaceFirst(":(\\d+):\\d+:", ":$1:"))
                        .toList();
    }

    private static ConfigOutcome.Loaded loaded(String yaml) {
        return (ConfigOutcome.Loaded) read(yaml);
    }

    private static ConfigOutcome read(String yaml) {
        ConfigText text = new ConfigText("c.yml", Configs.PKI + yaml);
        return ConfigReader.read(List.of(text), Strictness.REFUSE, List.of(SERVICES));
    }
}
