package dev.asterism.agent.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogSetupTest {

    private final String before = LogSetup.level();

    @AfterEach
    void restore() {
        LogSetup.level(before);
    }

    /** Logback takes an unknown word for DEBUG: a node that is to be quiet would become loud. */
    @ParameterizedTest
    @CsvSource({
        "trace, trace",
        "debug, debug",
        "info, info",
        "warn, warn",
        "warning, warn",
        "error, error"
    })
    void knowsEveryWordThatTheVerbTakes(String word, String inForce) {
        LogSetup.level(word);

        assertThat(LogSetup.level()).isEqualTo(inForce);
    }
}
