package dev.asterism.agent.app;

import dev.asterism.agent.config.LoadedNode;
import dev.asterism.agent.config.MachineSettings;
import dev.asterism.agent.control.ControlSettings;
import dev.asterism.agent.control.ControlSocket;
import dev.asterism.agent.control.SocketPlace;
import dev.asterism.agent.enrol.RenewalService;
import dev.asterism.agent.l7.FilterPlace;
import dev.asterism.agent.l7.FilterService;
import dev.asterism.agent.l7.FilterSettings;
import dev.asterism.agent.metrics.MeteredNode;
import dev.asterism.agent.metrics.StatsService;
import dev.asterism.agent.service.AgentService;
import dev.asterism.agent.service.AgentServices;
import dev.asterism.agent.service.ControlPlaneCall;
import dev.asterism.agent.service.Watchdog;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.text.ProductVersion;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which services an agent has, by its configuration and by what the service manager wants. Main thread. */
final class ServiceAssembly {

    private static final Logger LOG = LoggerFactory.getLogger("asterism");

    private final Path path;
    private final Runnable alive;
    private final Runnable renewed;

    /**
     * @param path of the configuration
     * @param alive tells systemd's watchdog that the node lives
     * @param renewed called when the files have a new certificate; any thread
     */
    ServiceAssembly(Path path, Runnable alive, Runnable renewed) {
        this.path = path;
        this.alive = alive;
        this.renewed = renewed;
    }

    /** In the order in which they start; they stop in the reverse one. */
    AgentServices assemble(LoadedNode.Loaded loaded, RunningNode running, NodeControl control) {
        List<AgentService> services = new ArrayList<>();
        Watchdog watchdog =
                Watchdog.of(
                        System::getenv,
                        ProcessHandle.current().pid(),
                        patience -> ControlPlaneCall.run(running.node(), patience, _ -> {}),
                        alive);
        if (watchdog != null) {
            services.add(watchdog);
        }
        StateKeeper state =
                StateKeeper.of(running, loaded.snapshot().config().get(MachineSettings.SECTION));
        if (state != null) {
            services.add(state);
        }
        OverlayConfig config = loaded.snapshot().config();
        FilterService filter =
                new FilterService(
                        new FilterPlace(
                                running.node(),
                                running.discovery(),
                                running.device() == null ? null : running.device().name(),
                                StateKeeper.rollouts(running, config)),
                        config.get(FilterSettings.SECTION));
        // Before the control socket, whose library takes 100 ms to load: requests are waiting.
        services.add(filter);
        control.filter(filter::control);
        ControlSettings settings = config.get(ControlSettings.SECTION);
        Path socket =
                SocketPlace.find(
                        settings.path(),
                        config.tun().dev(),
                        path,
                        System.getenv("RUNTIME_DIRECTORY"));
        if (socket != null) {
            services.add(new ControlSocket(socket, settings, control));
        } else if (!settings.path().isEmpty()) {
            LOG.info(
                    "Control socket is off: its folder is not writable, see asterism.control.path");
        }
        services.add(stats(running, filter, config));
        services.add(
                new RenewalService(
                        config,
                        renewed,
                        Clock.systemUTC(),
                        bytes -> new SecureRandom().nextBytes(bytes)));
        if (config.lighthouse().amLighthouse()) {
            services.add(HeapTrim.ofThisProcess());
        }
        return new AgentServices(services);
    }

    private static StatsService stats(
            RunningNode running, FilterService filter, OverlayConfig config) {
        return new StatsService(
                new MeteredNode(
                        running.node(),
                        running.discovery(),
                        running.sockets(),
                        ProductVersion.get(),
                        filter::families),
                config.stats());
    }
}
