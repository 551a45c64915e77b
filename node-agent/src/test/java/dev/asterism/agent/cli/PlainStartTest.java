package dev.asterism.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PlainStartTest {

    @Test
    void knowsTheLinesThatStartANode() {
        Path path = Path.of("a.yml");
        assertThat(PlainStart.config("run", "--config", "a.yml")).isEqualTo(path);
        assertThat(PlainStart.config("run", "-config", "a.yml")).isEqualTo(path);
        assertThat(PlainStart.config("-config", "a.yml")).isEqualTo(path);
        assertThat(PlainStart.config("--config", "a.yml")).isEqualTo(path);
    }

    @Test
    void leavesEverythingElseToTheCommandLine() {
        assertThat(PlainStart.config()).isNull();
        assertThat(PlainStart.config("run")).isNull();
        assertThat(PlainStart.config("run", "--config")).isNull();
        assertThat(PlainStart.config("--config", "--test")).isNull();
        assertThat(PlainStart.config("run", "--config", "a.yml", "--test")).isNull();
        assertThat(PlainStart.config("walk", "--config", "a.yml")).isNull();
        assertThat(PlainStart.config("-version")).isNull();
        assertThat(PlainStart.config("-config", "no\0path")).isNull();
    }
}
