package dev.asterism.agent.enrol;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.read.ListAppender;
import dev.asterism.agent.config.ConfigFiles;
import dev.asterism.overlay.cert.CertificatePem;
import dev.asterism.overlay.cert.Curve;
import dev.asterism.overlay.config.ConfigOutcome;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.config.Strictness;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@Timeout(120)
class RenewalServiceTest {

    private static final Duration LIFE = Duration.ofHours(30);

    /** By so much a certificate begins earlier. */
    private static final Duration SLOW_CLOCK = Duration.ofMinutes(5);

    @TempDir private Path folder;
    private EnrolmentServer server;
    private final MovedClock clock = new MovedClock();
    private final Semaphore reloads = new Semaphore(0);
    private final AtomicInteger failures = new AtomicInteger();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("asterism");
    private @Nullable RenewalService service;

    @BeforeEach
    void open() throws Exception {
        log.list = new CopyOnWriteArrayList<>(); // the service's thread writes while a test reads
        log.start();
        logger.addAppender(log);
        server = new EnrolmentServer(folder, Curve.CURVE25519, clock);
        new Enrolment(folder.resolve("pki"), clock, new SecureRandom()::nextBytes)
                .enrol(server.invite("laptop", LIFE));
    }

    @AfterEach
    void close() throws Exception {
        if (service != null) {
            service.stop();
        }
        server.close();
        logger.detachAppender(log);
    }

    private OverlayConfig config(String more) throws Exception {
        Path file = folder.resolve("config.yml");
        Files.writeString(
                file,
                "pki: {ca: %1$s/ca.crt, cert: %1$s/host.crt, key: %1$s/host.key}\n"
                                .formatted(folder.resolve("pki"))
                        + more);
        return switch (ConfigFiles.load(file, Strictness.REFUSE)) {
            case ConfigOutcome.Loaded loaded -> loaded.config();
            case ConfigOutcome.Refused refused ->
                    throw new AssertionError(refused.problems().toString());
        };
    }

    private RenewalService start(String more) throws Exception {
        RenewalService fresh =
                new RenewalService(
                        config(more), reloads::release, clock, new SecureRandom()::nextBytes);
        service = fresh;
        fresh.start();
        return fresh;
    }

    private Instant end() throws Exception {
        return CertificatePem.readFirst(Files.readString(folder.resolve("pki/host.crt")))
                .notAfter();
    }

    @Test
    void renewsAndAsksForAReload() throws Exception {
        clock.pass(LIFE.multipliedBy(3).dividedBy(4));
        start("");

        assertThat(reloads.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
        assertThat(end()).isEqualTo(clock.instant().minus(SLOW_CLOCK).plus(LIFE));
        assertThat(server.audit().lines().filter(line -> line.contains("\"renewed\""))).hasSize(1);
    }

    @Test
    void looksAgainWhenTheFilesAreOthers() throws Exception {
        RenewalService running = start("");
        clock.pass(LIFE.multipliedBy(3).dividedBy(4));

        running.reload(config(""));

        assertThat(reloads.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void hasNoThreadWithoutAFileOfRenewals() throws Exception {
        Files.delete(folder.resolve("pki/host.crt.renewal"));

        assertStartsNoThread("");
    }

    @Test
    void hasNoThreadWhenItIsTurnedOff() throws Exception {
        assertStartsNoThread("asterism: {renew_certificate: false}\n");
    }

    /** What no one foresaw, once: a renewal that never comes again would end the node. */
    @Test
    void goesOnAfterAnErrorAndSaysSo() throws Exception {
        clock.pass(LIFE.multipliedBy(3).dividedBy(4));
        RenewalService running =
                new RenewalService(
                        config(""),
                        () -> {
                            reloads.release();
                            if (failures.getAndDecrement() > 0) {
                                throw new IllegalStateException("no reload today");
                            }
                        },
                        clock,
                        new SecureRandom()::nextBytes);
        service = running;
        failures.set(1);
        running.start();
        assertThat(reloads.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
        clock.pass(LIFE.multipliedBy(3).dividedBy(4));

        Instant expected = clock.instant().minus(SLOW_CLOCK).plus(LIFE);
        for (int i = 0; i < 600 && !end().equals(expected); i++) {
            running.reload(config(""));
            reloads.tryAcquire(100, TimeUnit.MILLISECONDS);
        }

        assertThat(end()).isEqualTo(expected);
        assertThat(logged("Certificate renewal failed unexpectedly, it will be tried again"))
                .singleElement()
                .asString()
                .contains("IllegalStateException: no reload today");
    }

    /** The clock jumps ahead by years, a renewal fails for it, and the clock is put right. */
    @Test
    void anAttemptWithAWrongClockPutsOffNothing() throws Exception {
        Instant due = clock.instant().plus(LIFE.multipliedBy(3).dividedBy(4));
        clock.pass(Duration.ofDays(700));
        RenewalService running = start("");
        while (logged("Certificate was not renewed, it will be tried again").isEmpty()) {
            Thread.onSpinWait();
        }

        clock.passUntil(due);
        running.reload(config(""));

        assertThat(reloads.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
        assertThat(end()).isEqualTo(due.minus(SLOW_CLOCK).plus(LIFE));
    }

    @Test
    void saysWhenTheCaEndsTheCertificate() throws Exception {
        clock.passUntil(server.caEnd().minus(LIFE).minusSeconds(3600));
        Path pki = folder.resolve("pki");
        for (String name : List.of("ca.crt", "host.crt", "host.key", "host.crt.renewal")) {
            Files.delete(pki.resolve(name));
        }
        new Enrolment(pki, clock, new SecureRandom()::nextBytes).enrol(server.invite("late", LIFE));
        clock.pass(LIFE.multipliedBy(3).dividedBy(4));
        start("");

        assertThat(reloads.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
        assertThat(logged("The CA expires, and the certificate with it"))
                .singleElement()
                .asString()
                .contains("caEnds=\"" + server.caEnd() + "\"", "rotate plan");
    }

    private List<String> logged(String message) {
        return log.list.stream()
                .filter(event -> event.getFormattedMessage().equals(message))
                .map(event -> event.getKeyValuePairs() + " " + thrown(event))
                .toList();
    }

    private static String thrown(ILoggingEvent event) {
        IThrowableProxy thrown = event.getThrowableProxy();
        return thrown == null ? "" : thrown.getClassName() + ": " + thrown.getMessage();
    }

    private void assertStartsNoThread(String more) throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();

        start(more);

        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(
                        thread -> thread.getName().equals("renewal") && !before.contains(thread));
    }
}
