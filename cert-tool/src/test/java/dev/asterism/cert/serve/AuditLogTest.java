package dev.asterism.cert.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {

    private static final long MOST_BYTES = 1000;

    @TempDir private Path folder;

    private List<String> lines() throws Exception {
        return Files.readAllLines(folder.resolve("audit.log"));
    }

    @Test
    void staysWithinItsFilesWhateverIsWritten() throws Exception {
        try (EnrolmentRig rig = new EnrolmentRig(Files.createDirectory(folder.resolve("rig")))) {
            AuditLog log =
                    new AuditLog(folder.resolve("audit.log"), rig.clock(), MOST_BYTES, _ -> {});
            for (int i = 0; i < 500; i++) {
                log.add("enrolled", Map.of("name", "host-" + i));
            }
        }

        try (Stream<Path> files = Files.list(folder).filter(Files::isRegularFile)) {
            assertThat(files.toList())
                    .hasSize(AuditLog.OLD_FILES + 1)
                    .allSatisfy(file -> assertThat(Files.size(file)).isBetween(1L, MOST_BYTES));
        }
        assertThat(lines().getLast()).contains("host-499");
    }

    @Test
    void aStrangerCannotPushOutWhatWasIssued() throws Exception {
        try (EnrolmentRig rig = new EnrolmentRig(Files.createDirectory(folder.resolve("rig")))) {
            AuditLog log = new AuditLog(folder.resolve("audit.log"), rig.clock(), _ -> {});
            for (int i = 0; i < 1000; i++) {
                log.addRefusal("refused", "192.0.2.1", Map.of("source", "192.0.2.1"));
            }
            log.addRefusal("refused", "192.0.2.2", Map.of("source", "192.0.2.2"));
            assertThat(lines()).hasSize(RefusalLines.PER_SOURCE + 1);

            rig.pass(Duration.ofMinutes(1));
            for (int i = 0; i < 1000; i++) {
                log.addRefusal("refused", "source-" + i, Map.of("source", "s"));
            }

            assertThat(lines()).hasSize(RefusalLines.PER_SOURCE + 2 + RefusalLines.IN_TOTAL);
            assertThat(lines().get(RefusalLines.PER_SOURCE + 1)).contains("not-written", "\"990\"");
        }
    }
}
