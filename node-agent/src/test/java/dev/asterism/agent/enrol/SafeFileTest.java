package dev.asterism.agent.enrol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SafeFileTest {

    private static final int WRITERS = 4;
    private static final int ROUNDS = 50;

    @TempDir private Path folder;

    /** The agent and a renewal by cron. */
    @Test
    void writersDoNotDisturbEachOtherAndTheFileIsWholeAtAnyTime() throws Exception {
        Path file = folder.resolve("host.crt");
        SafeFile.write(file, text(0));
        List<Future<?>> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS + 1)) {
            for (int i = 0; i < WRITERS; i++) {
                int writer = i;
                all.add(
                        threads.submit(
                                () -> {
                                    for (int round = 0; round < ROUNDS; round++) {
                                        SafeFile.write(file, text(writer));
                                    }
                                    return null;
                                }));
            }
            while (!all.stream().allMatch(Future::isDone)) {
                String read = Files.readString(file);
                assertThat(read).isEqualTo(text(read.charAt(0) - 'a'));
            }
        }
        for (Future<?> writer : all) {
            writer.get();
        }
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    private static String text(int writer) {
        return String.valueOf((char) ('a' + writer)).repeat(10_000);
    }

    @Test
    void removesWhatAKilledWriterLeftAndNotWhatOneWritesNow() throws Exception {
        Path abandoned = Files.writeString(folder.resolve(".host.key.1.new"), "secret");
        Files.setLastModifiedTime(
                abandoned, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
        Path young = Files.writeString(folder.resolve(".host.key.2.new"), "in work");
        Path other = Files.writeString(folder.resolve(".host.crt.3.new"), "another file's");
        Files.setLastModifiedTime(other, FileTime.from(Instant.EPOCH));

        SafeFile.write(folder.resolve("host.key"), "key");

        try (var files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(folder.resolve("host.key"), young, other);
        }
    }

    @Test
    void aFileThatIsWrittenAgainKeepsItsMode() throws Exception {
        Path file = folder.resolve("host.crt");
        SafeFile.write(file, "old");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        SafeFile.rewrite(file, "new");

        assertThat(file).hasContent("new");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
    }

    /** Stock Nebula that runs as a user of its own, and a timer of root that renews. */
    @Test
    void aFileThatRootWritesAgainKeepsItsOwner() throws Exception {
        Path file = folder.resolve("host.crt");
        SafeFile.write(file, "old");
        assumeThat(Files.getOwner(file).getName()).isEqualTo("root");
        UserPrincipalLookupService names = file.getFileSystem().getUserPrincipalLookupService();
        UserPrincipal other = names.lookupPrincipalByName("nobody");
        Files.setOwner(file, other);

        SafeFile.rewrite(file, "new");

        assertThat(file).hasContent("new");
        assertThat(Files.getOwner(file)).isEqualTo(other);
    }
}
