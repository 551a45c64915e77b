package dev.asterism.overlay.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No hot loop fails the compiler's check of its limit. HotSpot remembers such a failure for the
 * whole method, not for the loop: it compiles the method again without that check in any loop, and
 * none of them can become a counted loop, so the vector loop of the checksum is lost for the life
 * of the process. What is read is the JVM's own log, no times.
 */
class HotLoopTrapsTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void noLimitCheckOfALoopFails(long seed) throws IOException, InterruptedException {
        List<String> log = runHotLoops(seed);

        assertThat(log).anyMatch(line -> line.startsWith("done "));
        assertThat(log)
                .as("compiled by C2, or nothing could have failed")
                .anyMatch(line -> line.matches(".* 4 +dev\\.asterism\\..*Checksum::sum .*"));
        assertThat(log)
                .filteredOn(line -> line.contains("dev.asterism."))
                .noneMatch(line -> line.contains("loop_limit_check"));
    }

    private static List<String> runHotLoops(long seed) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-Xbatch",
                                "-Xlog:deoptimization=debug:stdout:none",
                                "-Xlog:jit+compilation=debug:stdout:none",
                                "-cp",
                                System.getProperty("java.class.path"),
                                HotLoops.class.getName(),
                                Long.toString(seed))
                        .redirectErrorStream(true)
                        .start();
        byte[] output = process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).as(new String(output, StandardCharsets.UTF_8)).isZero();
        return new String(output, StandardCharsets.UTF_8).lines().toList();
    }
}
