package dev.asterism.l7;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/l7-scenarios.md names tests that exist. */
class ScenarioListTest {

    private static final Path LIST = Path.of("..", "docs", "l7-scenarios.md");
    private static final Pattern NAMED = Pattern.compile("`(node-agent: )?([\\w/]+)#(\\w+)`");

    @Test
    void everyScenarioHasItsTest() throws IOException {
        List<String> missing = new ArrayList<>();
        int named = 0;
        for (String row : Files.readAllLines(LIST)) {
            if (!row.startsWith("| ") || row.startsWith("| **") || row.startsWith("| Scenario")) {
                continue;
            }
            Matcher each = NAMED.matcher(row);
            int before = named;
            while (each.find()) {
                named++;
                boolean ours = each.group(1) == null;
                Path module = ours ? Path.of("") : Path.of("..", "node-agent");
                Path source =
                        module.resolve("src/test/java/dev/asterism")
                                .resolve((ours ? "l7/" : "") + each.group(2) + ".java");
                String test = "void " + each.group(3) + "(";
                if (!Files.exists(source) || !Files.readString(source).contains(test)) {
                    missing.add(each.group());
                }
            }
            assertThat(named).as(row).isGreaterThan(before);
        }
        assertThat(missing).isEmpty();
        assertThat(named).isGreaterThan(50);
    }
}
