package dev.asterism.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SectionBindingTest {

    private record Socket(String path, int mode) {}

    private static final SectionBinding<Socket> SOCKET =
            new SectionBinding<>(
                    Socket.class,
                    "asterism.control",
                    section -> new Socket(section.text("path"), section.fileMode("mode")),
                    Map.of("path", Socket::path, "mode", Socket::mode));

    private record Log(boolean silent) {}

    private static final SectionBinding<Log> LOG =
            new SectionBinding<>(
                    Log.class,
                    "logging",
                    section -> new Log(section.bool("disable_timestamp")),
                    Map.of("disable_timestamp", Log::silent));

    @Test
    void readsWithTheDefaultsOfTheTable() {
        assertThat(loaded("").config().get(SOCKET)).isEqualTo(new Socket("auto", 0660));
        assertThat(loaded("asterism: {control: {mode: '600'}}").config().get(SOCKET))
                .isEqualTo(new Socket("auto", 0600));
    }

    @Test
    void tellsProblemsTogetherWithAllOthers() {
        ConfigOutcome outcome =
                read("asterism: {control: {mode: rw}}\nlisten: {port: x}", Strictness.REFUSE);

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        ConfigOutcome.Refused.class,
                        refused ->
                                assertThat(refused.problems())
                                        .extracting(Diagnostic::toString)
                                        .containsExactly(
                                                "c.yml:2:28: asterism.control.mode: `rw` is no file"
                                                        + " mode: write three octal digits",
                                                "c.yml:3:16: listen.port: `x` is not a whole"
                                                        + " number"));
    }

    @Test
    void isComparedAndPrintedAsAllOthers() {
        ConfigOutcome.Loaded before = loaded("");
        ConfigOutcome.Loaded after =
                loaded("asterism: {control: {path: /run/a}}\nlogging: {disable_timestamp: true}");

        ConfigDiff diff = ConfigDiff.between(before.config(), after.config());

        assertThat(diff.keys())
                .containsExactlyInAnyOrder("asterism.control.path", "logging.disable_timestamp");
        assertThat(diff.restartKeys()).containsExactly("asterism.control.path");
        assertThat(ConfigPrinter.print(after))
                .contains("    path: /run/a  # c.yml:2:28\n", "    mode: 0660  # default\n");
    }

    @Test
    void aReloadTakesItWholeOrNotAtAll() {
        OverlayConfig running = loaded("").config();
        OverlayConfig files =
                loaded("asterism: {control: {path: /run/a}}\nlogging: {disable_timestamp: true}")
                        .config();

        OverlayConfig inForce = EffectiveConfig.after(running, files);

        assertThat(inForce.get(SOCKET)).isEqualTo(running.get(SOCKET));
        assertThat(inForce.get(LOG)).isEqualTo(files.get(LOG));
    }

    @Test
    void keysThatTakeEffectAtDifferentTimesAreNoOneSection() {
        SectionBinding<Log> mixed =
                new SectionBinding<>(
                        Log.class,
                        "asterism",
                        section -> new Log(section.bool("wire_extensions")),
                        Map.of("wire_extensions", Log::silent, "state_dir", Log::silent));
        OverlayConfig config = config(List.of(mixed));

        assertThatThrownBy(() -> EffectiveConfig.after(config, config))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("keys of asterism");
    }

    @Test
    void whatWasNotReadIsNotThere() {
        OverlayConfig config = config(List.of(SOCKET));

        assertThatThrownBy(() -> config.get(LOG)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void keysWithoutARowAreAMistakeOfTheReader() {
        SectionBinding<Log> unknown =
                new SectionBinding<>(
                        Log.class, "logging", section -> new Log(section.bool("x")), Map.of());

        assertThatThrownBy(() -> config(List.of(unknown)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no row for x");
    }

    private static OverlayConfig config(List<SectionBinding<?>> bindings) {
        ConfigText text = new ConfigText("c.yml", Configs.PKI);
        ConfigOutcome outcome = ConfigReader.read(List.of(text), Strictness.REFUSE, bindings);
        return ((ConfigOutcome.Loaded) outcome).config();
    }

    private static ConfigOutcome.Loaded loaded(String yaml) {
        return (ConfigOutcome.Loaded) read(yaml, Strictness.REFUSE);
    }

    private static ConfigOutcome read(String yaml, Strictness strictness) {
        ConfigText text = new ConfigText("c.yml", Configs.PKI + yaml);
        return ConfigReader.read(List.of(text), strictness, List.of(SOCKET, LOG));
    }
}
