package dev.asterism.agent.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A state file is replaced whole or not at all. */
class StateFileTest {

    @TempDir Path folder;

    @Test
    void aWriteThatFailsLeavesNothingBehind() throws IOException {
        Path path = folder.resolve("state");
        Files.createDirectory(path);
        Files.writeString(path.resolve("in the way"), "");

        assertThatThrownBy(() -> new StateFile(path, "format", 100).write("format\n"))
                .isInstanceOf(IOException.class);

        assertThat(folder)
                .isDirectoryContaining(path::equals)
                .isDirectoryNotContaining(this::isNew);
    }

    @Test
    void aWriteThatSucceedsLeavesOneFile() throws IOException {
        Path path = folder.resolve("state");
        new StateFile(path, "format", 100).write("format\n");
        new StateFile(path, "format", 100).write("format\nline\n");

        assertThat(path).hasContent("format\nline\n");
        assertThat(folder).isDirectoryNotContaining(this::isNew);
    }

    private boolean isNew(Path file) {
        return file.getFileName().toString().endsWith(".new");
    }
}
