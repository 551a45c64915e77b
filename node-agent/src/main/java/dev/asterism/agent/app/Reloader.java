package dev.asterism.agent.app;

import dev.asterism.agent.events.LogSetup;
import dev.asterism.lighthouse.settings.DiscoverySettings;
import dev.asterism.overlay.config.ConfigDiff;
import dev.asterism.overlay.config.ConfigProblem;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.config.SourcePosition;
import dev.asterism.overlay.config.UnknownKeys;
import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.node.NodeSnapshot;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies changed files to a running node: everything or nothing (spec behaviour.md 2.3, 2.5). Main thread; what is
 * applied is applied in one step of the control plane.
 */
final class Reloader {

    private static final Logger LOG = LoggerFactory.getLogger("asterism");

    /** Keys that Nebula applies while running and this agent does not yet. */
    private static final List<String> NOT_WHILE_RUNNING =
            List.of(
                    "tun.mtu",
                    "tun.routes",
                    "tun.unsafe_routes",
                    "listen.read_buffer",
                    "listen.write_buffer",
                    "listen.so_mark");

    private final Path path;
    private final UnknownKeys unknownKeys;
    private final RunningNode running;
    private boolean restartWanted;

    Reloader(Path path, UnknownKeys unknownKeys, RunningNode running) {
        this.path = path;
        this.unknownKeys = unknownKeys;
        this.running = running;
    }

    void reload() {
        LOG.info("Caught HUP, reloading config");
        switch (NodeFiles.load(path, unknownKeys, Instant.now())) {
            case NodeInputs.Refused(List<ConfigProblem> problems, List<ConfigProblem> notices) -> {
                tell(notices);
                refuse(problems);
            }
            case NodeInputs.Loaded loaded -> {
                tell(loaded.notices());
                List<ConfigProblem> unfit = unfit(loaded.snapshot());
                if (unfit.isEmpty()) {
                    apply(loaded);
                } else {
                    refuse(unfit);
                }
            }
        }
    }

    private static void tell(List<ConfigProblem> notices) {
        notices.forEach(notice -> LOG.warn(notice.toString()));
    }

    private void refuse(List<ConfigProblem> problems) {
        problems.forEach(problem -> LOG.error(problem.toString()));
        LOG.atError()
                .setMessage(
                        "Config reload failed, the new config did not load"
                                + (restartWanted ? " and a restart is still required" : ""))
                .addKeyValue("problems", problems.size())
                .log();
    }

    /** Networks are fixed at start: device, routes and peers depend on them. */
    private List<ConfigProblem> unfit(NodeSnapshot next) {
        List<Cidr> before = running.node().snapshot().identity().certificate().networks();
        List<Cidr> after = next.identity().certificate().networks();
        List<ConfigProblem> problems = new ArrayList<>();
        if (!before.equals(after)) {
            problems.add(
                    new ConfigProblem(
                            new SourcePosition(path.toString(), 1, 1),
                            "pki.cert",
                            "networks in new cert was different from old: "
                                    + AgentAssembly.names(after)
                                    + ", was "
                                    + AgentAssembly.names(before),
                            "restart to use a certificate with other networks"));
        }
        return problems;
    }

    private void apply(NodeInputs.Loaded loaded) {
        OverlayConfig before = running.node().snapshot().config();
        NodeSnapshot next = loaded.snapshot();
        ConfigDiff diff = ConfigDiff.between(before, next.config());
        DiscoverySettings settings =
                DiscoverySettings.of(
                        next.config(),
                        next.identity().certificate().networks(),
                        running.socketIsIpv4(),
                        running.listens().port());
        boolean inForce =
                OnControlPlane.run(
                        running.node(),
                        now -> {
                            running.node().reconfigure(next, loaded.rules(), now);
                            running.discovery().reconfigure(settings, now);
                        });
        if (!inForce) {
            LOG.error(
                    "Config reload failed, the control plane did not take the new config in time");
            return;
        }
        LogSetup.apply(next.config().logging());
        report(diff);
    }

    private void report(ConfigDiff diff) {
        TreeSet<String> restart = new TreeSet<>(diff.restartKeys());
        for (String key : diff.keys()) {
            if (NOT_WHILE_RUNNING.stream().anyMatch(key::startsWith)) {
                restart.add(key);
            }
        }
        restartWanted |= !restart.isEmpty();
        if (!restartWanted) {
            LOG.atInfo()
                    .setMessage("Config reload complete")
                    .addKeyValue("changed", diff.keys())
                    .log();
        } else {
            LOG.atWarn()
                    .setMessage("Config reload was completed but requires a restart to fully apply")
                    .addKeyValue("keys", restart)
                    .addKeyValue("changed", diff.keys())
                    .log();
        }
    }
}
