package dev.asterism.overlay.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The version is written in one place, the parent's pom.xml. */
class ProductVersionTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern VERSION =
            Pattern.compile("<artifactId>asterism</artifactId>\\s*<version>([^<]+)</version>");

    @Test
    void isThatOfThePom() throws IOException {
        assertThat(ProductVersion.get()).isEqualTo(versionOfPom());
    }

    @Test
    void isInNoSource() throws IOException {
        String literal = "\"" + versionOfPom() + "\"";
        try (Stream<Path> files = Files.walk(ROOT)) {
            List<Path> sources =
                    files.filter(file -> file.toString().contains("src/main/java/"))
                            .filter(file -> file.toString().endsWith(".java"))
                            .toList();
            assertThat(sources).isNotEmpty();
            for (Path source : sources) {
                assertThat(Files.readString(source)).as(source.toString()).doesNotContain(literal);
            }
        }
    }

    private static String versionOfPom() throws IOException {
        Matcher found = VERSION.matcher(Files.readString(ROOT.resolve("pom.xml")));
        assertThat(found.find()).isTrue();
        return found.group(1);
    }
}
