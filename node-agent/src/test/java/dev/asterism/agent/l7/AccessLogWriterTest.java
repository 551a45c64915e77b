package dev.asterism.agent.l7;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.agent.config.ConfigFiles;
import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.exchange.InputRefusal;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.proxy.InputReport;
import dev.asterism.l7.proxy.ServiceSide;
import dev.asterism.l7.telemetry.AccessLog;
import dev.asterism.l7.telemetry.FilterMetrics;
import dev.asterism.l7.telemetry.StatWindow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the file of the access log. */
class AccessLogWriterTest {

    @TempDir Path folder;

    /** A disk that was full has left a part of a line: the next one stands by itself. */
    @Test
    void aLineDoesNotContinueAPartOfAnother() throws IOException {
        Path file = folder.resolve("l7.json");
        Files.writeString(file, "{\"a\":1}\n{\"time\":\"20");

        writeOneLine(file);

        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(3);
        assertThat(lines.get(1)).isEqualTo("{\"time\":\"20");
        assertThat(lines.get(2)).startsWith("{\"time\":").endsWith("}");
    }

    @Test
    void aWholeLineIsFollowedByTheNext() throws IOException {
        Path file = folder.resolve("new").resolve("l7.json");
        writeOneLine(file);
        writeOneLine(file);
        assertThat(Files.readAllLines(file)).hasSize(2).allMatch(line -> line.endsWith("}"));
    }

    private static void writeOneLine(Path file) {
        FilterConfig config =
                Objects.requireNonNull(
                        ConfigFiles.filterOf(
                                        "l7: {enabled: true, log: {access: '%s'}}".formatted(file))
                                .value()
                                .config());
        AccessLog log = new AccessLog(config);
        FilterMetrics metrics = new FilterMetrics(config, log);
        metrics.ofLoop()
                .inputRefused(
                        new InputReport(
                                ServiceSide.INBOUND,
                                "orders",
                                Caller.UNKNOWN,
                                InputRefusal.HOST,
                                400,
                                0));
        try (AccessLogWriter _ = new AccessLogWriter(log, new StatWindow(metrics, 0), file)) {
            // It writes what waits before it ends.
        }
    }
}
