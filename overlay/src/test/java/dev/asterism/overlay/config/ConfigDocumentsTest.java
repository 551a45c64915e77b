package dev.asterism.overlay.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Documents in other languages, and what of them is told when they stand in the folder of a configuration. */
class ConfigDocumentsTest {

    @Test
    void readsEveryDocumentWithItsPlaces() {
        ConfigDocuments read =
                read(
                        "# first\na: 1\n---\n---\nb: {c: [x, y]}\n---\nnull\n---\n- no map\n---\ntext\n");

        assertThat(read.maps().stream().map(map -> map.entries().keySet().toString()))
                .containsExactly("[a]", "[b]");
        assertThat(read.maps().getLast().position()).isEqualTo(new SourcePosition("d.yaml", 5, 1));
        assertThat(read.problems())
                .extracting(Diagnostic::toString)
                .containsExactly(
                        "d.yaml:9:1: a document is a map, not a list",
                        "d.yaml:11:1: a document is a map, not a string");
    }

    @Test
    void tellsMistakesAndKeepsWhatStandsBefore() {
        ConfigDocuments read = read("a: 1\n---\nb: [\n");

        assertThat(read.maps()).hasSize(1);
        assertThat(read.problems()).singleElement().asString().startsWith("d.yaml:4:1: not YAML: ");
        assertThat(read("a: 1\na: 2\n").problems())
                .singleElement()
                .hasToString("d.yaml:2:1: duplicate key `a` (first given at line 1)");
    }

    @Test
    void isBounded() {
        assertThat(read("a: 1\n---\n".repeat(1001)).problems())
                .singleElement()
                .hasToString("d.yaml:2001:1: more than 1000 documents in one file");
        assertThat(read("[".repeat(10_000)).problems()).isNotEmpty();
        assertThat(read("").maps()).isEmpty();
    }

    @Test
    void aDocumentOfKubernetesIsNoConfiguration() {
        List<ConfigText> files =
                List.of(
                        new ConfigText("c.yml", "pki: {ca: a}\n"),
                        new ConfigText("r.yaml", "apiVersion: v1\nkind: Pod\n"));

        assertThat(((ConfigOutcome.Refused) ConfigReader.read(files, Strictness.REFUSE)).problems())
                .singleElement()
                .asString()
                .startsWith("r.yaml:1:1: this is a document of Kubernetes");
    }

    private static ConfigDocuments read(String text) {
        return ConfigDocuments.read(new ConfigText("d.yaml", text));
    }
}
