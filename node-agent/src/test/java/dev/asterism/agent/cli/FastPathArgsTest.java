package dev.asterism.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FastPathArgsTest {

    @Test
    void knowsTheLinesThatStartANode() {
        Path path = Path.of("a.yml");
        assertThat(FastPathArgs.config("run", "--config", "a.yml")).isEqualTo(path);
        assertThat(FastPathArgs.config("run", "-config", "a.yml")).isEqualTo(path);
        assertThat(FastPathArgs.config("-config", "a.yml")).isEqualTo(path);
        assertThat(FastPathArgs.config("--config", "a.yml")).isEqualTo(path);
    }

    @Test
    void leavesEverythingElseToTheCommandLine() {
        assertThat(FastPathArgs.config()).isNull();
        assertThat(FastPathArgs.config("run")).isNull();
        assertThat(FastPathArgs.config("run", "--config")).isNull();
        assertThat(FastPathArgs.config("--config", "--test")).isNull();
        assertThat(FastPathArgs.config("run", "--config", "a.yml", "--test")).isNull();
        assertThat(FastPathArgs.config("walk", "--config", "a.yml")).isNull();
        assertThat(FastPathArgs.config("-version")).isNull();
        assertThat(FastPathArgs.config("-config", "no\0path")).isNull();
    }
}
