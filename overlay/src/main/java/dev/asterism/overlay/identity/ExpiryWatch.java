package dev.asterism.overlay.identity;

import dev.asterism.overlay.cert.Certificate;
import dev.asterism.overlay.cert.ExpiryStage;
import dev.asterism.overlay.cert.Fingerprint;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.io.DutyCycle;
import dev.asterism.overlay.io.Tick;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Warns while a node runs that a certificate of its own or a CA expires: 30, 7 and 1 day before, and
 * when it has. Looks once an hour, as the wall clock may jump. What is near its end when first seen
 * was said by whoever loaded it. Control plane's thread.
 */
public final class ExpiryWatch implements DutyCycle {

    private static final String OWN = "the certificate of this host";

    /** How a warning names one of {@code pki.ca}. */
    public static final String CA = "the CA";

    private static final long HOUR_NANOS = 3_600_000_000_000L;

    private final Supplier<List<Certificate>> own;
    private final Supplier<Collection<Certificate>> authorities;
    private final EventSink events;

    private Map<Fingerprint, ExpiryStage> said = new LinkedHashMap<>();

    private long nextNanos = Long.MIN_VALUE;

    /**
     * @param own those of this host in force
     * @param authorities those in force
     */
    public ExpiryWatch(
            Supplier<List<Certificate>> own,
            Supplier<Collection<Certificate>> authorities,
            EventSink events) {
        this.own = own;
        this.authorities = authorities;
        this.events = events;
    }

    @Override
    public int doWork(Tick now) {
        if (nextNanos != Long.MIN_VALUE && now.nanos() < nextNanos) {
            return 0;
        }
        nextNanos = now.nanos() + HOUR_NANOS;
        Map<Fingerprint, ExpiryStage> before = said;
        said = new LinkedHashMap<>();
        List<Certificate> ours = own.get();
        ours.forEach(certificate -> look(roleOf(certificate, ours), certificate, before, now));
        authorities.get().forEach(ca -> look(CA, ca, before, now));
        return 1;
    }

    /** How a warning names one of our certificates: by its version where there are two. */
    public static String roleOf(Certificate certificate, List<Certificate> ours) {
        return ours.size() == 1
                ? OWN
                : "the v%d certificate of this host".formatted(certificate.version());
    }

    private void look(
            String role, Certificate certificate, Map<Fingerprint, ExpiryStage> before, Tick now) {
        ExpiryStage stage = ExpiryStage.of(certificate, now.wall());
        ExpiryStage earlier = before.getOrDefault(certificate.fingerprint(), stage);
        said.put(certificate.fingerprint(), stage);
        if (stage.compareTo(earlier) > 0) {
            events.emit(
                    new CertificateExpiryEvent(
                            ExpiryStage.warning(role, certificate, now.wall()),
                            certificate.name(),
                            certificate.notAfter(),
                            certificate.fingerprint()));
        }
    }

    @Override
    public long nextDeadlineNanos() {
        return nextNanos;
    }

    @Override
    public String role() {
        return "expiry watch";
    }
}
