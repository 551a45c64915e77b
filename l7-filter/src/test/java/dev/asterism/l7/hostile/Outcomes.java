package dev.asterism.l7.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/** What becomes of each input of a corpus, in a file of the resources of this package. */
public final class Outcomes {

    private Outcomes() {}

    /** Compares; with {@code -Dasterism.write-outcomes=true} it writes the file anew. */
    public static void check(String file, Map<String, String> outcomes) throws IOException {
        StringBuilder text = new StringBuilder();
        outcomes.forEach(
                (name, outcome) -> text.append(name).append("  =>  ").append(outcome).append('\n'));
        if (Boolean.getBoolean("asterism.write-outcomes")) {
            Path folder = Path.of("src/test/resources/dev/asterism/l7/hostile");
            Files.createDirectories(folder);
            Files.writeString(folder.resolve(file), text);
            return;
        }
        try (InputStream in =
                Objects.requireNonNull(Outcomes.class.getResourceAsStream(file), file)) {
            assertThat(text.toString())
                    .as("run with -Dasterism.write-outcomes=true and read the difference")
                    .isEqualTo(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
