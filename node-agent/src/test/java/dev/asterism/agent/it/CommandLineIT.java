package dev.asterism.agent.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as people and scripts call it; opens neither socket nor device. */
class CommandLineIT {

    private static final String ALONE = "lighthouse: {am_lighthouse: true}\n";

    @TempDir Path folder;

    private final Pki pki = Pki.madeBy(Ours.AGENT);
    private final NodeConfig config =
            new NodeConfig(
                    pki.folder(), pki.issue(Ours.AGENT, "node", "10.42.0.1", "red"), ALONE, "");

    @Test
    void acceptsAGoodConfigurationInEitherSpelling() {
        Path file = write("any-name.conf", config.render());

        for (List<String> call :
                List.of(
                        List.of("-test", "-config", file.toString()),
                        List.of("--test", "--config", file.toString()),
                        List.of("-config", file.toString(), "-test"),
                        List.of("run", "--config", file.toString(), "--test"))) {
            Shell.Result result = asterism(call);
            assertThat(result.exit()).as("%s: %s", call, result.output()).isZero();
        }
    }

    @Test
    void tellsItsVersionInNebulasWords() {
        for (String flag : List.of("-version", "--version")) {
            Shell.Result result = asterism(List.of(flag));
            assertThat(result.exit()).isZero();
            assertThat(result.output()).startsWith("Version: ");
        }
    }

    @Test
    void refusesAnUnknownKeyWithItsPlaceAndTheNearestName() {
        Path file = write("config.yml", config.render().replace("punchy:", "punchi:"));
        int line =
                config.render().lines().toList().stream()
                                .map(text -> text.startsWith("punchy:"))
                                .toList()
                                .indexOf(true)
                        + 1;

        Shell.Result result = asterism(List.of("-config", file.toString()));

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.output()).contains(file + ":" + line + ":1").contains("punchy");
    }

    @Test
    void refusesAMissingFileAndABadRuleWithTwo() {
        Path missing = folder.resolve("missing.yml");
        assertThat(asterism(List.of("-config", missing.toString())).exit()).isEqualTo(2);

        Path file = write("config.yml", config.rule("{port: 5-2, proto: tcp, host: any}").render());
        Shell.Result result = asterism(List.of("-test", "-config", file.toString()));
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.output()).containsPattern("config\\.yml:[0-9]+:[0-9]+");
    }

    /** In a mount namespace of its own, where the library is an empty file. */
    @Test
    void refusesANamedCipherProviderThatCannotBeHad() {
        assumeTrue(
                Shell.run(List.of("unshare", "-rm", "true")).exit() == 0,
                "this user may not make mount namespaces");
        Path file = write("config.yml", config.render() + "asterism: {cipher_provider: openssl}\n");
        String hide =
                "for lib in $(PATH=$PATH:/sbin:/usr/sbin ldconfig -p | sed -n 's/.*libcrypto.so.3 .* => //p'); do"
                        + " mount --bind /dev/null \"$(readlink -f \"$lib\")\" || exit 9; done; exec \"$@\"";
        for (List<String> options :
                List.of(
                        List.of("-config", file.toString(), "-test"),
                        List.of("-config", file.toString()))) {
            List<String> command =
                    new ArrayList<>(List.of("unshare", "-rm", "sh", "-c", hide, "sh"));
            command.addAll(Ours.command(options.toArray(String[]::new)));
            Shell.Result result = Shell.run(command);

            assertThat(result.exit()).as(result.output()).isEqualTo(2);
            assertThat(result.output())
                    .containsPattern("config\\.yml:[0-9]+:[0-9]+: asterism.cipher_provider")
                    .contains("libcrypto.so.3 is not installed (install libssl3t64 or libssl3)");
        }
    }

    @Test
    void refusesAnUnknownFlagWithTwo() {
        assertThat(asterism(List.of("-no-such-flag")).exit()).isEqualTo(2);
    }

    @Test
    void takesCertificatesAndKeysInPlaceOfPaths() throws IOException {
        String text = config.render();
        for (String kind : List.of("ca", "cert", "key")) {
            String line =
                    text.lines()
                            .filter(l -> l.startsWith("  " + kind + ": "))
                            .findFirst()
                            .orElseThrow();
            String pem = Files.readString(Path.of(line.substring(("  " + kind + ": ").length())));
            text =
                    text.replace(
                            line, "  " + kind + ": |\n" + pem.strip().indent(4).stripTrailing());
        }

        Shell.Result result =
                asterism(List.of("-test", "-config", write("inline.yml", text).toString()));

        assertThat(result.exit()).as(result.output()).isZero();
    }

    @Test
    void mergesTheFilesOfAFolder() throws IOException {
        Path parts = folder.resolve("conf.d");
        Path deeper = Files.createDirectories(parts.resolve("deeper"));
        String text = config.render();
        int cut = text.indexOf("firewall:");
        NodeConfig.write(parts.resolve("01.yml"), text.substring(0, cut));
        NodeConfig.write(deeper.resolve("02.yaml"), text.substring(cut));
        NodeConfig.write(deeper.resolve("ignored.txt"), "nonsense: true\n");

        Shell.Result result = asterism(List.of("-test", "-config", parts.toString()));

        assertThat(result.exit()).as(result.output()).isZero();
    }

    private Path write(String name, String text) {
        Path file = folder.resolve(name);
        NodeConfig.write(file, text);
        return file;
    }

    private static Shell.Result asterism(List<String> arguments) {
        return Shell.run(new ArrayList<>(Ours.command(arguments.toArray(String[]::new))));
    }
}
