package dev.asterism.agent.app;

import dev.asterism.agent.config.BundleFile;
import dev.asterism.agent.config.RevocationSettings;
import dev.asterism.agent.service.ControlPlaneCall;
import dev.asterism.lighthouse.bundle.BundleKeeping;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.revocation.BundleException;
import dev.asterism.overlay.revocation.BundlesInForce;
import dev.asterism.overlay.revocation.RevocationBundle;
import dev.asterism.tun.poll.SystemClock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands the bundle of {@code asterism.revocation.bundle} to the node, which tells others. Main thread. */
final class ConfiguredBundle {

    private static final Logger LOG = LoggerFactory.getLogger("asterism");

    /** As of {@link Revocation}: comes after a reload's own wait. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private ConfiguredBundle() {}

    /** Before the node's threads start, after what was kept. */
    static void atStart(RunningNode running, @Nullable RevocationBundle bundle) {
        if (bundle != null) {
            offer(running, bundle, new SystemClock().now());
        }
    }

    /** After a reload. */
    static void apply(RunningNode running, @Nullable RevocationBundle bundle) {
        if (bundle == null) {
            return;
        }
        if (!ControlPlaneCall.run(running.node(), PATIENCE, now -> offer(running, bundle, now))) {
            LOG.atError()
                    .setMessage(
                            "The revocation bundle is not in force: the control plane had no time"
                                    + " for it, send SIGHUP again")
                    .addKeyValue("bundle", bundle.number())
                    .log();
        }
    }

    /**
     * When the rest of a reload is refused: the file that the configuration in force names is read anyway, as
     * revocations count whatever else is wrong.
     */
    static void applyAlone(RunningNode running) {
        var snapshot = running.node().snapshot();
        String path = snapshot.config().get(RevocationSettings.SECTION).bundle();
        if (!path.isEmpty()) {
            apply(running, BundleFile.read(path, snapshot.cas(), Instant.now()).bundle());
        }
    }

    private static void offer(RunningNode running, RevocationBundle bundle, Tick now) {
        try {
            BundleKeeping.Result result = running.discovery().exchange().offer(bundle, now);
            switch (result) {
                case IN_FORCE, SAME -> {}
                case NOT_NEWER ->
                        tell(bundle, "it is not newer than the one in force: raise its version");
                case NO_ROOM ->
                        tell(
                                bundle,
                                "bundles of %d other CAs are in force: take a CA out of pki.ca"
                                        .formatted(BundlesInForce.MAX_CAS));
                case NUMBER_USED_TWICE ->
                        tell(
                                bundle,
                                "another bundle with its number is in force: raise its version");
            }
        } catch (BundleException e) {
            tell(bundle, e.getMessage());
        }
    }

    private static void tell(RevocationBundle bundle, String reason) {
        LOG.atWarn()
                .setMessage("The bundle of " + RevocationSettings.KEY + " does not count")
                .addKeyValue("bundle", bundle.number())
                .addKeyValue("reason", reason)
                .log();
    }
}
