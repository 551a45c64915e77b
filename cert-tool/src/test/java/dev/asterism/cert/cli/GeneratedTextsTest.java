package dev.asterism.cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Help, completions and manual pages are made of the flags, so none can be forgotten in one of them. */
class GeneratedTextsTest {

    @TempDir Path directory;

    @Test
    void helpIsOnStdoutWhenItWasAskedForAsAMode() {
        ToolRun tool = new ToolRun(directory);

        for (String name : ModeTable.NAMES) {
            String[] words = ("help " + name).split(" ");
            assertThat(tool.ok(words)).startsWith("Usage of asterism-cert " + name + " <flags>: ");
            assertThat(tool.ok("help")).contains(name.split(" ")[0]);
        }
        assertThat(tool.refused("help", "sgin")).isEqualTo("Error: unknown mode: sgin");
        assertThat(tool.run("rotate", "trusst").stderr()).contains("did you mean rotate trust?");
    }

    @Test
    void completionsKnowEveryFlagAndAreScripts() throws IOException, InterruptedException {
        ToolRun tool = new ToolRun(directory);
        String bash = tool.ok("completion", "bash");
        String fish = tool.ok("completion", "fish");

        assertThat(tool.ok("completion", "zsh")).isEqualTo(bash);
        for (Mode mode : ModeTable.all(tool.world())) {
            for (Flag flag : mode.flags().all()) {
                assertThat(bash).contains("'-" + flag.name() + "'", "'--" + flag.name() + "'");
                assertThat(fish).contains(" -o " + flag.name() + " ");
            }
        }
        Path script = directory.resolve("completion.bash");
        Files.writeString(script, bash);
        Process check = new ProcessBuilder("bash", "-n", script.toString()).start();
        assertThat(new String(check.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(check.waitFor()).isZero();
        assertThat(tool.refused("completion", "tcsh")).isEqualTo("Error: name one shell");
    }

    @Test
    void everyModeHasAPageWithItsFlags() throws IOException {
        ToolRun tool = new ToolRun(directory);
        tool.ok("man", "-out", "man");

        List<Mode> modes = ModeTable.all(tool.world());
        for (Mode mode : modes) {
            String page = tool.file("man/" + ManualPage.nameOf(mode) + ".1");
            assertThat(page).startsWith(".TH asterism\\-cert\\-").contains(".SH NAME\n");
            for (Flag flag : mode.flags().all()) {
                assertThat(page).contains(".B \\-" + flag.name().replace("-", "\\-"));
            }
            assertThat(page.lines()).noneMatch(line -> line.startsWith("'"));
        }
        try (var files = Files.list(directory.resolve("man"))) {
            assertThat(files).hasSize(modes.size() + 1);
        }
    }
}
