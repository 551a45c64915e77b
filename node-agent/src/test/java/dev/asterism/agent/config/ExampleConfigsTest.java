package dev.asterism.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.config.ConfigOutcome;
import dev.asterism.overlay.config.Strictness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples people start from, in {@code configs/}, and the one in the README. */
class ExampleConfigsTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    static List<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(ROOT.resolve("configs"))) {
            return files.filter(file -> file.toString().endsWith(".yml")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void isAcceptedAsItStands(Path example) {
        assertThat(ConfigFiles.load(example, Strictness.REFUSE))
                .isInstanceOf(ConfigOutcome.Loaded.class);
    }

    @Test
    void readmeShowsTheSmallestExample() throws IOException {
        String example = Files.readString(ROOT.resolve("configs/node.yml"));
        String withoutComments = example.substring(example.indexOf("pki:"));

        assertThat(Files.readString(ROOT.resolve("README.md"))).contains(withoutComments);
    }
}
