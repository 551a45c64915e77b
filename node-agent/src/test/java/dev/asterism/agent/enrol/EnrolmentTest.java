package dev.asterism.agent.enrol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.cert.KeyPem;
import dev.asterism.overlay.enrol.EnrolToken;
import dev.asterism.overlay.io.RandomSource;
import dev.asterism.overlay.noise.Dh;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same command twice at the same time; what the other one does happens when this one takes a random number. */
class EnrolmentTest {

    @TempDir private Path folder;
    private final MovedClock clock = new MovedClock();
    private final RandomSource random = new Random(11)::nextBytes;
    private EnrolmentServer server;
    private Path pki;
    private boolean isOtherDone;

    @BeforeEach
    void open() throws Exception {
        server = new EnrolmentServer(folder, Curve.CURVE25519, clock);
        pki = Files.createDirectory(folder.resolve("pki"));
    }

    @AfterEach
    void close() throws Exception {
        server.close();
    }

    /** What may fail. */
    private interface Act {
        void run() throws Exception;
    }

    private RandomSource during(Act other) {
        return into -> {
            if (!isOtherDone) {
                isOtherDone = true;
                try {
                    other.run();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
            random.fill(into);
        };
    }

    private static Path pending(Path pki, EnrolToken token) {
        return pki.resolve("." + token.id().hex() + ".key");
    }

    private void assertKeyAndCertificateFit() throws Exception {
        assertThat(CertificatePem.readFirst(text("host.crt")).publicKey())
                .isEqualTo(KeyPem.readPrivate(text("host.key")).publicKey());
    }

    private String text(String name) throws IOException {
        return Files.readString(pki.resolve(name), StandardCharsets.US_ASCII);
    }

    @Test
    void takesTheKeyThatTheOtherHasMadeMeanwhile() throws Exception {
        EnrolToken token = server.invite("laptop", Duration.ofHours(3));
        String theirs = KeyPem.encodePrivate(Dh.x25519().generate(random));

        new Enrolment(pki, clock, during(() -> Files.writeString(pending(pki, token), theirs)))
                .enrol(token);

        assertThat(isOtherDone).isTrue();
        assertThat(text("host.key")).isEqualTo(theirs);
        assertKeyAndCertificateFit();
    }

    /** A link to nothing is taken as a name and cannot be read, as a key that the other moves in between. */
    @Test
    void saysThatThereIsAKeyWhenTheOtherEndsBeforeItsKeyIsRead() throws Exception {
        EnrolToken token = server.invite("laptop", Duration.ofHours(3));
        Files.createSymbolicLink(pending(pki, token), folder.resolve("nothing"));
        Enrolment enrolment =
                new Enrolment(
                        pki, clock, during(() -> Files.writeString(pki.resolve("host.key"), "x")));

        assertThatThrownBy(() -> enrolment.enrol(token))
                .isInstanceOf(EnrolFailure.class)
                .hasMessageContaining("refusing to overwrite " + pki.resolve("host.key"));
    }

    @Test
    void isContentWhenTheOtherHasEndedFirst() throws Exception {
        EnrolToken token = server.invite("laptop", Duration.ofHours(3));
        Files.writeString(pending(pki, token), KeyPem.encodePrivate(Dh.x25519().generate(random)));

        new Enrolment(pki, clock, during(() -> new Enrolment(pki, clock, random).enrol(token)))
                .enrol(token);

        assertThat(isOtherDone).isTrue();
        assertKeyAndCertificateFit();
        assertThat(pending(pki, token)).doesNotExist();
    }
}
