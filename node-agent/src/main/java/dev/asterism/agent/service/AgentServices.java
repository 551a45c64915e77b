package dev.asterism.agent.service;

import dev.asterism.overlay.config.OverlayConfig;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
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
        inTime(
                patience,
                AgentService::leave,
                "Services did not tell others in time that this node ends");
    }

    /** Stops all, last first; returns after {@code patience} at the latest, whatever they do. */
    public void stop(Duration patience) {
        inTime(patience, AgentService::stop, "Services did not stop in time");
    }

    /** All, last first. */
    private void inTime(Duration patience, Consumer<AgentService> step, String late) {
        Thread ending =
                Thread.ofPlatform()
                        .daemon()
                        .name("services-end")
                        .start(() -> services.reversed().forEach(step));
        try {
            if (!ending.join(patience)) {
                LOG.warn(late);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
