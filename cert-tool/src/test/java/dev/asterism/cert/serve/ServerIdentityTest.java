package dev.asterism.cert.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.io.Bytes;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerIdentityTest {

    @TempDir private Path folder;

    @Test
    void isMadeOnceForItsOwnerOnly() throws Exception {
        ServerIdentity first = ServerIdentity.of(folder, "My mesh", EnrolmentRig.START);
        ServerIdentity second = ServerIdentity.of(folder, "other", EnrolmentRig.START);
        Path file = folder.resolve(ServerIdentity.FILE);

        assertThat(second.pin()).isEqualTo(first.pin());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void isACertificateThatOthersRead() throws Exception {
        ServerIdentity identity = ServerIdentity.of(folder, "My, mesh=1", EnrolmentRig.START);
        String pem = Files.readString(folder.resolve(ServerIdentity.FILE));

        X509Certificate read =
                (X509Certificate)
                        CertificateFactory.getInstance("X.509")
                                .generateCertificate(
                                        new ByteArrayInputStream(
                                                pem.getBytes(StandardCharsets.US_ASCII)));

        read.verify(read.getPublicKey());
        assertThat(read.getVersion()).isEqualTo(3);
        assertThat(read.getSubjectX500Principal().getName())
                .isEqualTo("O=My\\, mesh\\=1,CN=asterism-cert serve");
        assertThat(read.getNotBefore().toInstant()).isEqualTo(EnrolmentRig.START);
        assertThat(identity.pin()).isEqualTo(Fingerprint.of(Bytes.owning(read.getEncoded())));
    }

    @Test
    void namesTheFileThatItCannotUse() throws Exception {
        Files.writeString(folder.resolve(ServerIdentity.FILE), "not PEM");

        assertThatThrownBy(() -> ServerIdentity.of(folder, "x", EnrolmentRig.START))
                .isInstanceOf(ServeException.class)
                .hasMessageContaining(ServerIdentity.FILE);
    }

    /** Open tokens and hosts name the old one, and would not talk to another. */
    @Test
    void isNotReplacedSilentlyWhileSomebodyKnowsIt() throws Exception {
        try (EnrolmentRig rig = new EnrolmentRig(folder)) {
            EnrolmentState state = rig.state();
            Path file = folder.resolve("state").resolve(ServerIdentity.FILE);
            Fingerprint first = state.identity("x", false, EnrolmentRig.START).pin();
            Files.delete(file);
            assertThat(state.identity("x", false, EnrolmentRig.START).pin())
                    .as("nobody knew it")
                    .isNotEqualTo(first);
            rig.invite(state, "laptop");
            Files.delete(file);

            assertThatThrownBy(() -> state.identity("x", false, EnrolmentRig.START))
                    .isInstanceOf(ServeException.class)
                    .hasMessageContaining("server.pem is missing, and 1 open tokens")
                    .hasMessageContaining("-new-server-pem");
            assertThat(Files.exists(file)).isFalse();

            state.identity("x", true, EnrolmentRig.START);
            assertThat(Files.exists(file)).isTrue();
        }
    }
}
