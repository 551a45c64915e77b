package dev.asterism.overlay.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.ExpiryStage;
import dev.asterism.overlay.cert.Subject;
import dev.asterism.overlay.cert.TestPki;
import dev.asterism.overlay.event.MeshEvent;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Cidr;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Years of a node's life, in virtual time. */
class ExpiryWatchTest {

    private static final Instant START = TestPki.NOW;
    private static final Duration YEAR = Duration.ofDays(365);

    private final TestPki pki = TestPki.seeded(5);
    private final List<MeshEvent> events = new ArrayList<>();
    private Certificate own = certificate(YEAR);
    private final ExpiryWatch watch =
            new ExpiryWatch(() -> List.of(own), () -> List.of(pki.ca()), events::add);
    private long atNanos;

    @Test
    void warns30And7And1DayBeforeTheEndAndThen() {
        live(YEAR.plusDays(100));

        assertThat(details())
                .containsExactly(
                        "the certificate of this host \"node\" expires at 2028-01-01T00:00:00Z, in"
                                + " 30 days",
                        "the certificate of this host \"node\" expires at 2028-01-01T00:00:00Z, in"
                                + " 7 days",
                        "the certificate of this host \"node\" expires at 2028-01-01T00:00:00Z, in"
                                + " 24 hours",
                        "the certificate of this host \"node\" expired at 2028-01-01T00:00:00Z");
    }

    @Test
    void saysNothingOfARenewedCertificate() {
        live(Duration.ofDays(340));
        own = certificate(YEAR.multipliedBy(3));
        live(Duration.ofDays(340));

        assertThat(details()).singleElement().asString().contains("in 30 days");
    }

    @Test
    void warnsOfTheCaToo() {
        own = certificate(YEAR.multipliedBy(80));
        atNanos = Duration.between(START, TestPki.END).minusDays(40).toNanos();
        live(Duration.ofDays(20));

        assertThat(details())
                .containsExactly(
                        "the certificate of this host \"node\" expires at 2099-01-01T00:00:00Z, in"
                                + " 30 days",
                        "the CA \"test ca\" expires at 2099-01-01T00:00:00Z, in 30 days");
    }

    @Test
    void leavesWhatIsNearAtTheStartToTheLoader() {
        own = certificate(Duration.ofDays(40));
        atNanos = Duration.ofDays(35).toNanos();
        live(Duration.ofDays(3));

        assertThat(details()).isEmpty();
    }

    @Test
    void aShortLifeIsNotNearItsEndFromTheStart() {
        assertThat(ExpiryStage.of(certificate(Duration.ofDays(1)), START))
                .isEqualTo(ExpiryStage.FAR);
        assertThat(ExpiryStage.of(certificate(Duration.ofDays(20)), START))
                .isEqualTo(ExpiryStage.FAR);
        assertThat(ExpiryStage.warning("it", certificate(Duration.ofDays(20)), START)).isEmpty();
    }

    @Test
    void sleepsForAnHour() {
        assertThat(watch.doWork(tick())).isEqualTo(1);
        assertThat(watch.doWork(tick())).isZero();
        assertThat(watch.nextDeadlineNanos()).isEqualTo(Duration.ofHours(1).toNanos());
    }

    private void live(Duration duration) {
        for (long end = atNanos + duration.toNanos(); atNanos < end; ) {
            watch.doWork(tick());
            atNanos = watch.nextDeadlineNanos();
        }
    }

    private Tick tick() {
        return new Tick(atNanos, START.plusNanos(atNanos));
    }

    private List<String> details() {
        return events.stream().map(e -> ((CertificateExpiryEvent) e).detail()).toList();
    }

    private Certificate certificate(Duration valid) {
        Instant end = START.plus(valid);
        Subject subject =
                new Subject(
                        "node",
                        List.of(Cidr.of("10.42.0.2/16")),
                        List.of(),
                        List.of(),
                        START.getEpochSecond(),
                        Math.min(end.getEpochSecond(), TestPki.END.getEpochSecond()));
        return pki.host(subject).certificate();
    }
}
