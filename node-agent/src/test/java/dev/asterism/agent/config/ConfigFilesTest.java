package dev.asterism.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.config.ConfigOutcome;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.config.Strictness;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFilesTest {

    private static final String PKI = "pki: {ca: a, cert: b, key: c}\n";

    @TempDir Path folder;

    @Test
    void readsAFileOfAnyName() throws IOException {
        Path file = write("mesh.conf", PKI + "listen: {port: 4242}\n");

        assertThat(config(file).listen().port()).isEqualTo(4242);
    }

    @Test
    void mergesAFolderInTheOrderOfItsPaths() throws IOException {
        write("20.yml", "listen: {port: 2, batch: 7}\npreferred_ranges: [10.2.0.0/16]\n");
        write("10.yaml", PKI + "listen: {port: 1}\npreferred_ranges: [10.1.0.0/16]\n");
        write("15/deep/x.yml", "listen: {port: 15, batch: 8, host: 127.0.0.1}\n");
        write("30.conf", "listen: {port: 3}\n");

        OverlayConfig config = config(folder);

        assertThat(config.listen().port()).isEqualTo(2);
        assertThat(config.listen().batch()).isEqualTo(7);
        assertThat(config.listen().address().host()).isEqualTo("127.0.0.1");
        assertThat(config.preferredRanges()).asString().matches(".*10.2.0.0.*10.1.0.0.*");
    }

    @Test
    void readsAFileOnceThoughLinksShowItTwice() throws IOException {
        Path data = write("data/c.yml", PKI + "preferred_ranges: [10.1.0.0/16]\n");
        Files.createSymbolicLink(folder.resolve("c.yml"), data);

        assertThat(config(folder).preferredRanges()).hasSize(1);
    }

    @Test
    void saysWhenNothingIsThere() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));

        assertThat(firstProblem(empty))
                .isEqualTo(empty + ": no config files found: no *.yml or *.yaml in this folder");
        assertThat(firstProblem(folder.resolve("none.yml")))
                .isEqualTo(folder + "/none.yml: no config files found: no such file or directory");
        Path loop = folder.resolve("loop.yml");
        Files.createSymbolicLink(loop, loop);
        assertThat(firstProblem(loop))
                .startsWith(loop + ": no config files found: ")
                .containsIgnoringCase("too many levels of symbolic links");
        assertThat(firstProblem(Path.of("none.yml")))
                .startsWith(Path.of("").toAbsolutePath() + "/none.yml: ");
    }

    @Test
    void reportsWhatCannotBeRead() throws IOException {
        Files.createSymbolicLink(folder.resolve("loop"), folder);
        assertThat(firstProblem(folder)).contains("cannot be searched");

        Path file = folder.resolve("latin1.yml");
        Files.write(file, new byte[] {'a', ':', ' ', (byte) 0xE9});
        assertThat(firstProblem(file)).contains("latin1.yml").contains("not UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
    void readsFilesThatBeginWithAByteOrderMark(String charset) throws IOException {
        Path file = folder.resolve("c.yml");
        Files.write(
                file,
                ("\uFEFF" + PKI + "listen: {port: 4242}\n").getBytes(Charset.forName(charset)));

        assertThat(config(file).listen().port()).isEqualTo(4242);
    }

    @Test
    void refusesWhatIsNoRegularFileWithoutOpeningIt() throws Exception {
        Path pipe = folder.resolve("pipe.yml");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();

        assertThat(firstProblem(pipe))
                .isEqualTo(pipe + ": cannot be read: it is a pipe, not a regular file");
        assertThat(firstProblem(folder)).contains("it is a pipe");
        assertThat(firstProblem(Path.of("/dev/zero")))
                .isEqualTo("/dev/zero: cannot be read: it is a device, not a regular file");
    }

    @Test
    void refusesAFileThatWouldFillTheMemory() throws IOException {
        Path file = folder.resolve("huge.yml");
        try (RandomAccessFile huge = new RandomAccessFile(file.toFile(), "rw")) {
            huge.setLength(20_000_000_000L);
        }

        assertThat(firstProblem(file))
                .isEqualTo(file + ": cannot be read: it is longer than 4096 KiB");
    }

    @Test
    void readsAFileWhoseSizeTheKernelDoesNotTell() {
        assertThat(firstProblem(Path.of("/proc/self/mounts"))).doesNotContain("cannot be read");
    }

    @Test
    void namesTheFileOfAProblem() throws IOException {
        write("10.yml", PKI);
        Path file = write("20.yml", "\nlistne: {port: 1}\n");

        assertThat(firstProblem(folder))
                .isEqualTo(
                        file.toAbsolutePath() + ":2:1: unknown key listne (did you mean listen?)");
    }

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        return Files.writeString(file, text);
    }

    private static OverlayConfig config(Path path) {
        ConfigOutcome outcome = ConfigFiles.load(path, Strictness.REFUSE);
        assertThat(outcome).isInstanceOf(ConfigOutcome.Loaded.class);
        return ((ConfigOutcome.Loaded) outcome).config();
    }

    private static String firstProblem(Path path) {
        ConfigOutcome outcome = ConfigFiles.load(path, Strictness.REFUSE);
        assertThat(outcome).isInstanceOf(ConfigOutcome.Refused.class);
        return ((ConfigOutcome.Refused) outcome).problems().getFirst().toString();
    }
}
