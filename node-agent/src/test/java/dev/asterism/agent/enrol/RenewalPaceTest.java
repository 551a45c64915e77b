package dev.asterism.agent.enrol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.CertificateException;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.cert.Signer;
import dev.asterism.overlay.cert.SigningKey;
import dev.asterism.overlay.cert.Subject;
import dev.asterism.overlay.io.RandomSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RenewalPaceTest {

    private static final Instant START = Instant.parse("2027-03-01T12:00:00Z");

    private final RandomSource random = new Random(3)::nextBytes;
    private final RenewalPace pace = new RenewalPace(random);

    private Certificate lasting(long seconds) throws CertificateException {
        long from = START.getEpochSecond();
        return Signer.selfSigned(
                new Subject("x", List.of(), List.of(), List.of(), from, from + seconds),
                SigningKey.generate(Curve.CURVE25519, random));
    }

    @ParameterizedTest
    @ValueSource(longs = {30, 3600, 30 * 86_400, 3_650 * 86_400L})
    void isDueAtTwoThirdsAndSpreadOverATwentieth(long seconds) throws Exception {
        Certificate certificate = lasting(seconds);
        TreeSet<Instant> due = new TreeSet<>();
        for (int i = 0; i < 1000; i++) {
            due.add(pace.due(certificate));
        }

        Instant thirds = START.plus(Duration.ofSeconds(seconds).multipliedBy(2).dividedBy(3));
        Duration spread = Duration.ofSeconds(seconds).dividedBy(20);
        assertThat(due.first()).isBetween(thirds, thirds.plus(spread.dividedBy(50)));
        assertThat(due.last())
                .isBetween(thirds.plus(spread.dividedBy(50).multipliedBy(49)), thirds.plus(spread));
    }

    @ParameterizedTest
    @ValueSource(longs = {30, 3600, 30 * 86_400, 3_650 * 86_400L})
    void triesOftenEnoughAndNotTooOften(long seconds) throws Exception {
        Certificate certificate = lasting(seconds);
        Instant at = pace.due(certificate);
        int attempts = 0;
        while (!at.isAfter(certificate.notAfter())) {
            Duration wait = pace.retry(certificate, at);
            assertThat(wait).isBetween(Duration.ofSeconds(1), Duration.ofHours(1));
            at = at.plus(wait);
            attempts++;
        }

        assertThat(attempts).as("before the end").isGreaterThan(4);
        assertThat(pace.retry(certificate, certificate.notAfter().plusSeconds(5)))
                .isEqualTo(Duration.ofHours(1));
    }
}
