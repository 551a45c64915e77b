package dev.asterism.agent.app;

import dev.asterism.agent.service.ControlPlaneCall;
import dev.asterism.agent.state.RevocationBundleFile;
import dev.asterism.lighthouse.bundle.BundleKeeping;
import dev.asterism.overlay.revocation.BundleException;
import dev.asterism.overlay.revocation.RevocationBundle;
import dev.asterism.tun.poll.SystemClock;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The revocation bundles in force, and those that wait for their CA, in the node's discovery and in its file. One
 * thread at a time.
 */
final class KeptBundles {

    private static final Logger LOG = LoggerFactory.getLogger("asterism");

    private final RunningNode running;
    private final RevocationBundleFile file;
    private final StateWrites writes;
    private List<RevocationBundle> written = List.of();

    private KeptBundles(RunningNode running, RevocationBundleFile file) {
        this.running = running;
        this.file = file;
        writes = new StateWrites(file.path());
    }

    /** Before the node's threads start. */
    static KeptBundles read(RunningNode running, RevocationBundleFile file) {
        KeptBundles kept = new KeptBundles(running, file);
        try {
            file.read().forEach(kept::restore);
        } catch (IOException e) {
            StateKeeper.unusable(file.path(), e);
        }
        return kept;
    }

    private void restore(RevocationBundle bundle) {
        BundleKeeping keeping = running.discovery().exchange().kept();
        try {
            keeping.restore(bundle, new SystemClock().now());
        } catch (BundleException e) {
            LOG.atWarn()
                    .setMessage("A kept revocation bundle does not count any more")
                    .addKeyValue("bundle", bundle.number())
                    .addKeyValue("ca", bundle.ca())
                    .addKeyValue("reason", e.getMessage())
                    .log();
        }
    }

    /** Writes nothing when nothing has changed. */
    void save() {
        List<RevocationBundle> kept =
                ControlPlaneCall.ask(
                        running.node(),
                        ControlPlaneCall.PATIENCE,
                        _ -> running.discovery().exchange().kept().toKeep());
        if (kept == null || kept.equals(written)) {
            return;
        }
        if (writes.write(() -> file.write(kept))) {
            written = kept;
        }
    }
}
