package dev.asterism.agent.service;

import dev.asterism.overlay.config.OverlayConfig;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The services of an agent in their order. One that fails is named in the log and stops no other. Main thread. */
public final class AgentServices {

    private static final Logger LOG = LoggerFactory.getLogger("asterism");

    /** How often it is seen whether there is hurry. */
    private static final Duration LOOK = Duration.ofMillis(50);

    /** For what notices an interrupt. */
    private static final Duration INTERRUPTED = Duration.ofMillis(100);

    private final List<AgentService> services;

    /**
     * @param services in the order in which they start
     */
    public AgentServices(List<AgentService> services) {
        this.services = List.copyOf(services);
    }

    public void start() {
        for (AgentService service : services) {
            attempt("Service did not start", service, service::start);
        }
    }

    public void reload(OverlayConfig config) {
        for (AgentService service : services) {
            attempt("Service did not reload", service, () -> service.reload(config));
        }
    }

    private static void attempt(String failed, AgentService service, Runnable step) {
        try {
            step.run();
        } catch (ServiceFailure e) {
            LOG.atError()
                    .setMessage(failed)
                    .addKeyValue("service", service.name())
                    .addKeyValue("error", e.getMessage())
                    .log();
        }
    }

    /** How long {@link #leave} may take for what others have begun: of all services together. */
    public Duration leaving() {
        return services.stream().map(AgentService::leaving).reduce(Duration.ZERO, Duration::plus);
    }

    /**
     * Tells all that the node is about to end, while its tunnels work, and lets end what others have begun; as bounded
     * as {@link #stop}.
     *
     * @param telling how long it may take beside {@link #leaving}
     * @param hurried once it is true, nothing is waited for any more
     */
    public void leave(Duration telling, BooleanSupplier hurried) {
        Thread leaving = begin(AgentService::leave);
        if (!hasEnded(leaving, telling.plus(leaving()), hurried)) {
            leaving.interrupt();
            if (!hasEnded(leaving, INTERRUPTED, () -> false)) {
                LOG.warn("Services did not tell others in time that this node ends");
            }
        }
    }

    /** Stops all, last first; returns after {@code patience} at the latest, whatever they do. */
    public void stop(Duration patience) {
        if (!hasEnded(begin(AgentService::stop), patience, () -> false)) {
            LOG.warn("Services did not stop in time");
        }
    }

    /** All, last first. */
    private Thread begin(Consumer<AgentService> step) {
        return Thread.ofPlatform()
                .daemon()
                .name("services-end")
                .start(() -> services.reversed().forEach(step));
    }

    private static boolean hasEnded(Thread thread, Duration patience, BooleanSupplier hurried) {
        try {
            long end = System.nanoTime() + patience.toNanos();
            for (long left = 1; left > 0 && !hurried.getAsBoolean(); ) {
                left = end - System.nanoTime();
                if (thread.join(Duration.ofNanos(Math.clamp(left, 1, LOOK.toNanos())))) {
                    return true;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }
}
