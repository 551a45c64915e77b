package dev.asterism.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PathPinsReaderTest {

    @Test
    void readsAddressesNamesAndGroupsInTheOrderOfTheFile() {
        List<PathPin> pins =
                ((ConfigOutcome.Loaded)
                                read(
                                        """
                                        asterism:
                                          paths:
                                            db1: {prefer: direct}
                                            10.42.0.9: {prefer: relay gw1}
                                            "group:office": {never: relay}
                                        """))
                        .config()
                        .asterism()
                        .paths();

        assertThat(pins)
                .extracting(PathPin::peers)
                .containsExactly("db1", "10.42.0.9", "group:office");
        assertThat(pins).extracting(PathPin::relay).containsExactly("", "gw1", "");
        assertThat(pins).extracting(PathPin::preferDirect).containsExactly(true, false, false);
        assertThat(pins).extracting(PathPin::neverRelay).containsExactly(false, false, true);
        assertThat(pins.get(1).at().toString()).startsWith("mesh.yml:");
    }

    @Test
    void refusesWhatIsNotUnderstoodWithPlaceAndFix() {
        requireError("db1: {prefer: relay}", "`prefer: relay` is not understood", "write `prefer");
        requireError("db1: {prefer: gw1}", "`prefer: gw1` is not understood", "write `prefer");
        requireError("db1: {never: direct}", "`never: direct` is not understood", "never: relay");
        requireError("\"group:\": {never: relay}", "names no peer", "group:NAME");
    }

    @Test
    void refusesAContradiction() {
        requireError(
                "db1: {prefer: relay gw1, never: relay}",
                "`never: relay` contradicts `prefer: relay gw1`",
                "delete one");
        requireError(
                "{\"fd00::1\": {never: relay}, \"fd00:0::1\": {prefer: direct}}",
                "is there twice",
                "below one");
    }

    private static void requireError(String entry, String message, String fix) {
        ConfigOutcome outcome = read("asterism:\n  paths:\n    " + entry + "\n");
        assertThat(outcome).isInstanceOf(ConfigOutcome.Refused.class);
        assertThat(((ConfigOutcome.Refused) outcome).problems())
                .anySatisfy(
                        problem -> {
                            assertThat(problem.toString()).contains(message).contains(fix);
                            assertThat(problem.toString()).contains("mesh.yml:");
                        });
    }

    private static ConfigOutcome read(String text) {
        return ConfigReader.read("mesh.yml", text + Configs.PKI);
    }
}
