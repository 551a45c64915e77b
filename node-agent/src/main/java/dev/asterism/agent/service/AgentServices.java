package dev.asterism.agent.service;

import dev.asterism.overlay.config.OverlayConfig;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The services of an agent in their order. One that fails is named in the log and stops no other. Main thread. */
public final class AgentServices {

    private static final Logger LOG = LoggerFactory.getLogger("asterism");

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

    /** Tells all that the node is about to end, while its tunnels work; as bounded as {@link #stop}. */
    public void leave(Duration patience) {
        inTime(patience, () -> services.reversed().forEach(AgentService::leave));
    }

    /** Stops all, last first; returns after {@code patience} at the latest, whatever they do. */
    public void stop(Duration patience) {
        inTime(patience, this::stopAll);
    }

    private static void inTime(Duration patience, Runnable step) {
        Thread stopping = Thread.ofPlatform().daemon().name("services-stop").start(step);
        try {
            if (!stopping.join(patience)) {
                LOG.warn("Services did not stop in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void stopAll() {
        services.reversed().forEach(AgentService::stop);
    }
}
