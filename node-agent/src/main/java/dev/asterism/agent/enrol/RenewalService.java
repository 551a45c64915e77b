package dev.asterism.agent.enrol;

import dev.asterism.agent.config.MachineSettings;
import dev.asterism.agent.service.AgentService;
import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.io.RandomSource;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the node's certificate in time, if a {@link RenewalFile} is beside it, and asks for a reload then. Without
 * that file there is no thread and nothing is loaded.
 */
public final class RenewalService implements AgentService {

    private static final Logger LOG = LoggerFactory.getLogger("asterism");

    /** A clock that is set must not move the end of a wait by more than this. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    private final OverlayConfig initial;
    private final Runnable reload;
    private final Clock clock;
    private final RandomSource random;
    private final RenewalPace pace;

    /** A permit when the thread has a reason to look: other files, or the end. */
    private final Semaphore news = new Semaphore(0);

    private volatile @Nullable Renewal renewal;
    private volatile boolean stopping;
    private @Nullable Thread thread;

    /**
     * @param reload asks the agent to read its files again; any thread
     */
    public RenewalService(
            OverlayConfig initial, Runnable reload, Clock clock, RandomSource random) {
        this.initial = initial;
        this.reload = reload;
        this.clock = clock;
        this.random = random;
        pace = new RenewalPace(random);
    }

    @Override
    public String name() {
        return "renewal";
    }

    @Override
    public void start() {
        use(initial);
    }

    @Override
    public void reload(OverlayConfig config) {
        use(config);
    }

    private void use(OverlayConfig config) {
        boolean isWanted = config.get(MachineSettings.SECTION).renewCertificate();
        renewal = isWanted ? renewal(config.pki()) : null;
        if (renewal != null && thread == null) {
            thread = Thread.ofPlatform().daemon().name("renewal").start(this::run);
        }
        news.release();
    }

    private @Nullable Renewal renewal(OverlayConfig.Pki pki) {
        if (pki.cert().contains("\n") || pki.key().contains("\n")) {
            return null; // in place: there is no file to change
        }
        try {
            Path certificate = Path.of(pki.cert());
            return Files.exists(RenewalFile.beside(certificate))
                    ? new Renewal(pki.ca(), certificate, Path.of(pki.key()), clock, random)
                    : null;
        } catch (InvalidPathException _) {
            return null;
        }
    }

    private void run() {
        Schedule schedule = new Schedule();
        try {
            while (!stopping) {
                await(step(schedule));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What the thread knows from one look to the next. */
    private static final class Schedule {

        private @Nullable Certificate known;
        private Instant due = Instant.MAX;
        private Instant retry = Instant.MIN;
    }

    /** Renews if it is time. How long to wait then; no exception ends the thread, as the node would end without it. */
    private Duration step(Schedule schedule) {
        try {
            return look(schedule);
        } catch (RuntimeException e) {
            LOG.atError()
                    .setMessage("Certificate renewal failed unexpectedly, it will be tried again")
                    .setCause(e)
                    .log();
            return LONGEST_WAIT;
        }
    }

    private Duration look(Schedule schedule) {
        Renewal files = renewal;
        Certificate current = files == null ? null : current(files);
        if (files == null || current == null) {
            return LONGEST_WAIT;
        }
        Certificate known = schedule.known;
        if (known == null || !known.fingerprint().equals(current.fingerprint())) {
            schedule.known = current;
            schedule.due = pace.due(current);
            schedule.retry = Instant.MIN;
        }
        Instant now = clock.instant();
        if (schedule.retry.isAfter(now.plus(RenewalPace.LONGEST_WAIT))) {
            schedule.retry = Instant.MIN; // the clock was ahead, and has been put right
        }
        Instant next = schedule.due.isAfter(schedule.retry) ? schedule.due : schedule.retry;
        if (next.isAfter(now)) {
            return Duration.between(now, next);
        }
        if (!renew(files)) {
            schedule.retry = now.plus(pace.retry(current, now));
        }
        return Duration.ZERO;
    }

    private void await(Duration time) throws InterruptedException {
        Duration wait = time.compareTo(LONGEST_WAIT) < 0 ? time : LONGEST_WAIT;
        if (news.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS)) {
            news.drainPermits();
        }
    }

    private static @Nullable Certificate current(Renewal files) {
        try {
            return files.current();
        } catch (EnrolFailure e) {
            LOG.atWarn()
                    .setMessage("Certificate cannot be renewed")
                    .addKeyValue("error", e.getMessage())
                    .log();
            return null;
        }
    }

    /** False when it is to be tried again. */
    private boolean renew(Renewal files) {
        try {
            Renewal.Renewed renewed = files.renew();
            Certificate next = renewed.certificate();
            LOG.atInfo()
                    .setMessage("Certificate was renewed")
                    .addKeyValue("fingerprint", next.fingerprint())
                    .addKeyValue("notAfter", next.notAfter())
                    .log();
            if (renewed.caEnd() != null) {
                LOG.atWarn()
                        .setMessage("The CA expires, and the certificate with it")
                        .addKeyValue("caEnds", renewed.caEnd())
                        .addKeyValue(
                                "fix",
                                "your administrator must change the CA before: asterism-cert rotate plan")
                        .log();
            }
            reload.run();
            return true;
        } catch (EnrolFailure e) {
            LOG.atWarn()
                    .setMessage("Certificate was not renewed, it will be tried again")
                    .addKeyValue("error", e.getMessage())
                    .log();
            return false;
        }
    }

    @Override
    public void stop() {
        stopping = true;
        news.release();
    }
}
