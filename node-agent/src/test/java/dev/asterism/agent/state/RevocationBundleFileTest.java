package dev.asterism.agent.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.revocation.BundleHead;
import dev.asterism.overlay.revocation.RevocationBundle;
import dev.asterism.overlay.revocation.TestBundles;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RevocationBundleFileTest {

    private static final Bytes KEY = Bytes.owning(new byte[32]);
    private static final Bytes OTHER_KEY = Bytes.ofHex("ff".repeat(32));
    private static final TestBundles ISSUER = TestBundles.of(TestPki.seeded(7));

    @TempDir Path folder;

    private RevocationBundleFile file() {
        return new RevocationBundleFile(folder, KEY);
    }

    @Test
    void givesBackWhatWasWritten() throws IOException {
        List<RevocationBundle> bundles = List.of(ISSUER.bundle(7), ISSUER.large(8, 100));
        file().write(List.of());
        file().write(bundles);

        assertThat(file().read()).isEqualTo(bundles);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file().path())))
                .isEqualTo("rw-------");
    }

    @Test
    void isEmptyBeforeTheFirstWrite() throws IOException {
        assertThat(file().read()).isEmpty();
    }

    /** A new key must not bring an older bundle back. */
    @Test
    void readsWhatWasKeptUnderAnotherKeyToo() throws IOException {
        new RevocationBundleFile(folder, OTHER_KEY).write(List.of(ISSUER.bundle(7)));

        assertThat(file().read()).containsExactly(ISSUER.bundle(7));
    }

    @Test
    void isNotStoppedByABrokenFileOfAnotherNode() throws IOException {
        file().write(List.of(ISSUER.bundle(7)));
        Files.writeString(new RevocationBundleFile(folder, OTHER_KEY).path(), "garbage");

        assertThat(file().read()).containsExactly(ISSUER.bundle(7));
    }

    /** The disk fails while the folder is read: what is known by then counts, and our own file. */
    @Test
    void isNotStoppedByAFolderThatCannotBeReadToItsEnd() {
        Path one = folder.resolve("revocation-bundles-ff");
        DirectoryStream<Path> failing =
                new DirectoryStream<>() {
                    @Override
                    public Iterator<Path> iterator() {
                        return Stream.of(one, folder)
                                .peek(
                                        path -> {
                                            if (path.equals(folder)) {
                                                throw new DirectoryIteratorException(
                                                        new IOException("no disk"));
                                            }
                                        })
                                .iterator();
                    }

                    @Override
                    public void close() {}
                };

        assertThat(file().others(failing)).containsExactly(one);
    }

    @Test
    void theMostThatIsKeptFits() throws IOException {
        RevocationBundle largest = ISSUER.large(7, BundleHead.MAX_ENTRIES);
        List<RevocationBundle> most = Collections.nCopies(8, largest);
        file().write(most);

        assertThat(file().read()).isEqualTo(most);
    }

    @Test
    void refusesAFileThatItDidNotWrite() throws IOException {
        Files.writeString(file().path(), "asterism revocation bundles 1\nAAAA\n");
        assertThatThrownBy(() -> file().read()).hasMessage("line 2 is not a revocation bundle");

        Files.writeString(file().path(), "asterism revocation bundles 2\n");
        assertThatThrownBy(() -> file().read()).hasMessageContaining("first line");

        file().write(Collections.nCopies(RevocationBundleFile.MOST + 1, ISSUER.bundle(7)));
        assertThatThrownBy(() -> file().read()).hasMessage("it has more than 16 bundles");
    }
}
