package dev.asterism.agent.app;

import dev.asterism.agent.config.ConfigFiles;
import dev.asterism.agent.config.LoadedNode;
import dev.asterism.agent.config.NodeLoader;
import dev.asterism.agent.log.LogSetup;
import dev.asterism.agent.service.AgentServices;
import dev.asterism.agent.service.ControlPlaneCall;
import dev.asterism.agent.service.ReloadReport;
import dev.asterism.overlay.cert.LocalIdentity;
import dev.asterism.overlay.config.ConfigDiff;
import dev.asterism.overlay.config.Diagnostic;
import dev.asterism.overlay.config.EffectiveConfig;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.config.Strictness;
import dev.asterism.overlay.lane.NodeSnapshot;
import dev.asterism.tun.libc.NativeIoException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies changed files to a running node: everything or nothing (spec behaviour.md 2.3, 2.5), but
 * for what is revoked, which comes into force whatever else is wrong. First the
 * files are read and checked, then the machine follows ({@link ReloadStep}), then the node in one
 * step of the control plane; a failure takes back what was done before it. Main thread.
 */
final class Reloader {

    private static final Logger LOG = LoggerFactory.getLogger("asterism");

    private final Path path;
    private final Strictness unknownKeys;
    private final RunningNode running;
    private final AgentServices services;

    /** Of the files read last: what differs from what runs and takes a restart. */
    private List<String> restartKeys = List.of();

    Reloader(Path path, Strictness unknownKeys, RunningNode running, AgentServices services) {
        this.services = services;
        this.path = path;
        this.unknownKeys = unknownKeys;
        this.running = running;
    }

    /** Whoever asked has been named in the log. */
    ReloadReport reload() {
        LocalIdentity inForce = running.node().snapshot().identity();
        return switch (NodeLoader.reload(path, unknownKeys, Instant.now(), inForce)) {
            case LoadedNode.Refused(List<Diagnostic> problems, List<Diagnostic> notices) -> {
                tell(notices);
                yield refuse(problems, notices);
            }
            case LoadedNode.Loaded loaded -> {
                tell(loaded.notices());
                yield apply(loaded);
            }
        };
    }

    private static void tell(List<Diagnostic> notices) {
        notices.forEach(notice -> LOG.warn(notice.toString()));
    }

    private ReloadReport refuse(List<Diagnostic> problems, List<Diagnostic> notices) {
        problems.forEach(problem -> LOG.error(problem.toString()));
        failed("the new config did not load");
        return refused(texts(problems), notices);
    }

    private ReloadReport refused(List<String> problems, List<Diagnostic> notices) {
        return new ReloadReport(
                Instant.now(), false, List.of(), restartKeys, problems, texts(notices));
    }

    private static List<String> texts(List<Diagnostic> diagnostics) {
        return diagnostics.stream().map(Diagnostic::toString).toList();
    }

    private void failed(String why) {
        var line = LOG.atError();
        if (restartKeys.isEmpty()) {
            line.log("Config reload failed: " + why);
        } else {
            line.addKeyValue("keys", restartKeys)
                    .log("Config reload failed: " + why + "; earlier changes still need a restart");
        }
        Revocation.apply(running, ConfigFiles.revocations(path));
        ConfiguredBundle.applyAlone(running);
    }

    private ReloadReport apply(LoadedNode.Loaded loaded) {
        OverlayConfig before = running.node().snapshot().config();
        OverlayConfig files = loaded.snapshot().config();
        OverlayConfig next = EffectiveConfig.after(before, files);
        ConfigDiff wanted = ConfigDiff.between(before, files);
        Deque<ReloadStep.Undo> done = new ArrayDeque<>();
        String failure = follow(before, next, done);
        if (failure == null && !takeOver(loaded, next)) {
            failure =
                    "the node was too busy to apply it within "
                            + ControlPlaneCall.PATIENCE.toSeconds()
                            + " s; send SIGHUP again";
        }
        if (failure != null) {
            done.forEach(ReloadStep.Undo::run);
            failed(
                    failure
                            + "; apart from new pki.blocklist entries and a newer revocation bundle,"
                            + " the running configuration is unchanged");
            return refused(List.of(failure), loaded.notices());
        }
        done.descendingIterator().forEachRemaining(ReloadStep.Undo::complete);
        ConfiguredBundle.apply(running, loaded.bundle());
        LogSetup.apply(next.logging());
        services.reload(next);
        restartKeys = wanted.restartKeys();
        List<String> changed = ConfigDiff.between(before, next).keys();
        report(changed);
        return new ReloadReport(
                Instant.now(), true, changed, restartKeys, List.of(), texts(loaded.notices()));
    }

    /** Returns why the machine could not follow, or null; what was done is in {@code done}, last first. */
    private @Nullable String follow(
            OverlayConfig before, OverlayConfig next, Deque<ReloadStep.Undo> done) {
        try {
            for (ReloadStep step : running.steps()) {
                done.push(step.apply(before, next));
            }
            return null;
        } catch (NativeIoException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private boolean takeOver(LoadedNode.Loaded loaded, OverlayConfig next) {
        NodeSnapshot snapshot = loaded.snapshot().withConfig(next);
        return ControlPlaneCall.run(
                running.node(), now -> running.node().reconfigure(snapshot, now));
    }

    private void report(List<String> changed) {
        if (restartKeys.isEmpty()) {
            LOG.atInfo().setMessage("Config reload complete").addKeyValue("changed", changed).log();
        } else {
            LOG.atWarn()
                    .setMessage("Config reload was completed but requires a restart to fully apply")
                    .addKeyValue("keys", restartKeys)
                    .addKeyValue("changed", changed)
                    .log();
        }
    }
}
