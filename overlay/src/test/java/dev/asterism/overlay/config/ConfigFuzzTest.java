package dev.asterism.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.fuzz.FuzzTarget;
import dev.asterism.fuzz.Fuzzer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Texts of operators: read or refused with a place, and what is read can be printed and read again. */
class ConfigFuzzTest {

    private static final String[] YAML = {
        "[",
        "]",
        "{",
        "}",
        ": ",
        "- ",
        "\n",
        "\n  ",
        "\t",
        "&a ",
        "*a",
        "<<: *a",
        "!!int ",
        "!x ",
        "'",
        "\"",
        "\\U00110000",
        "\\x",
        "| ",
        "> ",
        "%",
        "@",
        "#",
        "---\n",
        "...\n",
        "~",
        "null",
        "-1",
        "1e999",
        ".nan",
        "0x",
        "0o7",
        "yes",
        "2026-11-21",
        "\uFEFF",
        "\u0000",
        "\u2028",
        "any",
        "10.42.0.0/16",
        "fd00::/8",
        "0-65535",
        "fragment",
        "icmp",
        "1h30m",
        "a{9999}",
        "(",
        ","
    };

    static Stream<FuzzTarget> targets() {
        return Stream.of(config(), rule(), merge());
    }

    @ParameterizedTest
    @MethodSource("targets")
    void holds(FuzzTarget target) {
        Fuzzer.run(target);
    }

    private static FuzzTarget config() {
        return FuzzTarget.of("config", input -> check(text(input)))
                .seed(Configs.allKeys())
                .seed(Configs.PKI)
                .seed(Configs.PKI + "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n")
                .words(YAML)
                .mostBytes(8192)
                .mayAllocate(16 << 20, 8192);
    }

    private static FuzzTarget rule() {
        return FuzzTarget.of(
                        "firewall-rule",
                        input ->
                                check(
                                        Configs.PKI
                                                + "firewall: {outbound: [], inbound: ["
                                                + text(input)
                                                + "]}\n"))
                .seed("{port: any, proto: any, host: any}")
                .seed(
                        "{port: 1-1024, proto: tcp, groups: [a, b], cidr: 10.0.0.0/8, local_cidr: any}")
                .seed("{code: 8, proto: icmp, group: x, ca_name: ca, ca_sha: 'ab'}")
                .seed("{port: fragment, proto: udp, host: \"h\"}")
                .words(YAML)
                .mostBytes(512)
                .mayAllocate(8 << 20, 8192);
    }

    /** Two files of a folder, cut at the first NUL. */
    private static FuzzTarget merge() {
        return FuzzTarget.of(
                        "config-merge",
                        input -> {
                            String text = text(input);
                            int cut = Math.max(0, text.indexOf('\0'));
                            return check(
                                    List.of(
                                            new ConfigText("c.yml", text.substring(0, cut)),
                                            new ConfigText("c.yml", text.substring(cut))));
                        })
                .seed(Configs.PKI + "\0lighthouse: {hosts: [10.42.0.1]}\n")
                .seed("firewall: {inbound: [a]}\n\0firewall: {inbound: {b: c}}\n")
                .words(YAML)
                .mostBytes(1024)
                .mayAllocate(8 << 20, 8192);
    }

    private static String text(byte[] input) {
        return new String(input, StandardCharsets.UTF_8);
    }

    private static String check(String text) {
        return check(List.of(new ConfigText("c.yml", text)));
    }

    private static String check(List<ConfigText> files) {
        return switch (ConfigReader.read(files, Strictness.REFUSE)) {
            case ConfigOutcome.Refused(List<Diagnostic> problems, var _) -> {
                assertThat(problems).isNotEmpty();
                for (Diagnostic problem : problems) {
                    assertThat(problem.toString()).startsWith("c.yml:").doesNotContain("\n");
                }
                yield problems.getFirst().path().replaceAll("[0-9]+", "");
            }
            case ConfigOutcome.Loaded loaded -> {
                checkPrinted(loaded);
                yield "loaded, notices: " + Math.min(3, loaded.notices().size());
            }
        };
    }

    private static void checkPrinted(ConfigOutcome.Loaded loaded) {
        String printed = ConfigPrinter.print(loaded);
        ConfigOutcome again = ConfigReader.read("c.yml", printed);
        assertThat(again).as(printed).isInstanceOf(ConfigOutcome.Loaded.class);
        assertThat(
                        ConfigDiff.between(loaded.config(), ((ConfigOutcome.Loaded) again).config())
                                .keys())
                .as(printed)
                .isSubsetOf("pki.key");
    }
}
