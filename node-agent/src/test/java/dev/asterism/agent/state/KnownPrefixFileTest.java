package dev.asterism.agent.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.overlay.handshake.KnownPrefixes;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownPrefixFileTest {

    private static final Bytes KEY = Bytes.owning(new byte[32]);

    @TempDir Path folder;

    @Test
    void givesBackWhatWasWritten() throws IOException {
        List<KnownPrefixes.Entry> entries =
                List.of(
                        new KnownPrefixes.Entry(KEY, Ip.of("192.0.2.0")),
                        new KnownPrefixes.Entry(KEY, Ip.of("2001:db8:7::")));
        file().write(List.of());
        file().write(entries);

        assertThat(file().read()).isEqualTo(entries);
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(file().path());
        }
    }

    @Test
    void isEmptyBeforeTheFirstTime() throws IOException {
        assertThat(file().read()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "something else",
                "asterism known prefixes 1|",
                "asterism known prefixes 1|00 192.0.2.0",
                "asterism known prefixes 1|KEY nowhere",
                "asterism known prefixes 1|KEYS 192.0.2.0"
            })
    void refusesWhatItDidNotWrite(String content) throws IOException {
        String zero = "0".repeat(64);
        Files.writeString(
                file().path(),
                content.replace("|", "\n")
                                .replace("KEYS", "z" + zero.substring(1))
                                .replace("KEY", zero)
                        + "\n");
        assertThatThrownBy(() -> file().read()).isInstanceOf(IOException.class);
    }

    @Test
    void refusesWhatIsHugeOrNoFile() throws IOException {
        Files.write(file().path(), new byte[KnownPrefixFile.MAX_BYTES + 1]);
        assertThatThrownBy(() -> file().read()).hasMessageContaining("longer");
        Files.delete(file().path());
        Files.createDirectory(file().path());
        assertThatThrownBy(() -> file().read()).hasMessageContaining("regular");
    }

    @Test
    void writesNoMoreThanItReads() throws IOException {
        List<KnownPrefixes.Entry> many = entries(100_000);
        file().write(many);

        List<KnownPrefixes.Entry> read = file().read();
        assertThat(read)
                .isNotEmpty()
                .isEqualTo(many.subList(many.size() - read.size(), many.size()));
    }

    /** A crash leaves what a reader finds. */
    @Test
    void isTheOldOneOrTheNewOneAtEveryMoment() throws IOException {
        List<KnownPrefixes.Entry> few = entries(1);
        List<KnownPrefixes.Entry> many = entries(20_000);
        file().write(few);

        CompletableFuture<Void> writing =
                CompletableFuture.runAsync(
                        () -> {
                            for (int i = 0; i < 20; i++) {
                                writeUnchecked(many);
                                writeUnchecked(few);
                            }
                        });
        int reads = 0;
        while (!writing.isDone() || reads == 0) {
            assertThat(file().read().size()).isIn(few.size(), many.size());
            reads++;
        }

        writing.join();
        assertThat(file().read()).isEqualTo(few);
    }

    private void writeUnchecked(List<KnownPrefixes.Entry> entries) {
        try {
            file().write(entries);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<KnownPrefixes.Entry> entries(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new KnownPrefixes.Entry(KEY, Ip.ofIpv4(i << 8)))
                .toList();
    }

    @Test
    void theFolderIsTheConfiguredOneElseThatOfTheServiceManager() throws IOException {
        Path configured = folder.resolve("a/b");
        assertThat(StateFolder.find(configured.toString(), folder.toString()))
                .isEqualTo(configured);
        assertThat(configured).isDirectory();
        assertThat(StateFolder.find("", folder + ":/elsewhere")).isEqualTo(folder);
        assertThat(StateFolder.find("", folder.resolve("absent").toString())).isNull();
        Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> StateFolder.find(folder.resolve("file").toString(), null))
                .isInstanceOf(IOException.class);
    }

    @Test
    void doesNotFollowALinkAndLetsNobodyElseRead() throws IOException {
        Path victim = Files.writeString(folder.resolve("victim"), "precious");
        Path fresh = folder.resolve(file().path().getFileName() + ".new");
        Files.createSymbolicLink(fresh, victim);

        file().write(List.of(new KnownPrefixes.Entry(KEY, Ip.of("192.0.2.0"))));

        assertThat(victim).hasContent("precious");
        assertThat(file().read()).hasSize(1);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file().path())))
                .isEqualTo("rw-------");
    }

    @Test
    void whatIsNoPathIsAnErrorLikeOthers() {
        assertThatThrownBy(() -> StateFolder.find("a\0b", null))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not a path");
    }

    private KnownPrefixFile file() {
        return new KnownPrefixFile(folder, KEY);
    }
}
