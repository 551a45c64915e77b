package dev.asterism.agent.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.overlay.io.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RolloutFileTest {

    private static final String KEY = "0123456789abcdef";

    @TempDir Path folder;

    private RolloutFile file() {
        return new RolloutFile(folder, Bytes.owning(new byte[32]));
    }

    @Test
    void givesBackWhatWasWritten() throws IOException {
        List<RolloutFile.Entry> entries =
                List.of(
                        new RolloutFile.Entry(KEY, "running", 2, 1_764_433_000_000L, ""),
                        new RolloutFile.Entry(
                                "f".repeat(16),
                                "stopped",
                                0,
                                5,
                                "97.00% of 100 requests succeeded, which is below 98%"));
        assertThat(file().read()).isEmpty();
        file().write(entries);

        assertThat(file().read()).isEqualTo(entries);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "something else",
                "asterism roll-outs 1|",
                "asterism roll-outs 1|0123456789abcdef sleeping 1 5 ",
                "asterism roll-outs 1|0123456789abcdef running -1 5 ",
                "asterism roll-outs 1|0123456789abcdef running 1 5 \u0001",
                "asterism roll-outs 1|0123 running 1 5 "
            })
    void refusesWhatItDidNotWrite(String content) throws IOException {
        Files.writeString(file().path(), content.replace('|', '\n') + "\n");

        if (content.endsWith("1|")) {
            assertThatThrownBy(() -> file().read()).hasMessageContaining("line 2");
        } else {
            assertThatThrownBy(() -> file().read()).isInstanceOf(IOException.class);
        }
    }
}
