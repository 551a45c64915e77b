package dev.asterism.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.agent.config.ConfigFiles;
import dev.asterism.overlay.config.ConfigOutcome;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.config.Strictness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which nodes have one thread for everything. */
class ThreadPlanTest {

    private static final String LIGHTHOUSE =
            """
            pki: {ca: a, cert: b, key: c}
            lighthouse: {am_lighthouse: true}
            listen: {port: 4242}
            tun: {disabled: true}
            """;

    @TempDir Path folder;

    @Test
    void aLighthouseWithoutADeviceHasOneThread() throws IOException {
        assertThat(ThreadPlan.of(config(LIGHTHOUSE))).isEqualTo(ThreadPlan.ONE_FOR_ALL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"relay: {am_relay: true}\n", "routines: 2\n"})
    void notOneThatRelaysOrHasSeveralLanes(String more) throws IOException {
        assertThat(ThreadPlan.of(config(LIGHTHOUSE + more))).isNotEqualTo(ThreadPlan.ONE_FOR_ALL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"disabled: true", "am_lighthouse: true"})
    void norANodeThatHasADeviceOrIsNoLighthouse(String needed) throws IOException {
        String other = LIGHTHOUSE.replace(needed, needed.replace("true", "false"));

        assertThat(ThreadPlan.of(config(other))).isNotEqualTo(ThreadPlan.ONE_FOR_ALL);
    }

    @Test
    void theKeySaysHowManyThreadsALaneHas() throws IOException {
        assertThat(ThreadPlan.of(config(LIGHTHOUSE + "asterism: {threads: one}\n")))
                .isEqualTo(ThreadPlan.BY_LANE);
        assertThat(ThreadPlan.of(config(LIGHTHOUSE + "asterism: {threads: two}\n")))
                .isEqualTo(ThreadPlan.BY_DIRECTION);
    }

    private OverlayConfig config(String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("config.yml"), yaml);
        return switch (ConfigFiles.load(file, Strictness.REFUSE)) {
            case ConfigOutcome.Loaded loaded -> loaded.config();
            case ConfigOutcome.Refused refused -> throw new AssertionError(refused.toString());
        };
    }
}
