package dev.asterism.agent.app;

import dev.asterism.agent.config.MachineSettings;
import dev.asterism.agent.file.BoundedFile;
import dev.asterism.agent.service.AgentService;
import dev.asterism.agent.state.KnownPrefixFile;
import dev.asterism.agent.state.PeerAddressFile;
import dev.asterism.agent.state.RevocationBundleFile;
import dev.asterism.agent.state.RolloutFile;
import dev.asterism.agent.state.SavePace;
import dev.asterism.agent.state.StateFolder;
import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.io.Bytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps over a restart where peers have proven themselves, where they were reached, and which
 * revocation bundles are in force: reads the files before the threads start, and writes them at the
 * end and in between, the prefixes once a minute when one is new, the addresses soon after one has
 * changed ({@link SavePace}), the bundles at once. Has a thread of its own, as a disk may be slow.
 * What fails costs a warning, once for each file.
 */
final class StateKeeper implements AgentService {

    private static final Logger LOG = LoggerFactory.getLogger("asterism");
    private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);
    static final long PATIENCE_SECONDS = 1;

    private final KeptPrefixes prefixes;
    private final KeptBundles bundles;
    private final @Nullable KeptAddresses addresses;
    private final Thread thread = new Thread(this::run, "state");

    /** A permit when the thread has a reason to look: news, or the end. */
    private final Semaphore news = new Semaphore(0);

    private volatile boolean stopping;

    private StateKeeper(
            KeptPrefixes prefixes, KeptBundles bundles, @Nullable KeptAddresses addresses) {
        this.prefixes = prefixes;
        this.bundles = bundles;
        this.addresses = addresses;
        thread.setDaemon(true);
    }

    /** Null when nothing is to be kept. Before the node's threads start: reads what an earlier process wrote. */
    static @Nullable StateKeeper of(RunningNode running, MachineSettings settings) {
        Path folder;
        try {
            folder = StateFolder.find(settings.stateDir(), System.getenv("STATE_DIRECTORY"));
        } catch (IOException e) {
            warn(
                    "asterism.state_dir cannot be used, nothing is kept over a restart",
                    settings.stateDir(),
                    e);
            return null;
        }
        if (folder == null) {
            LOG.debug("No state folder: nothing is kept over a restart");
            return null;
        }
        Bytes owner = running.node().snapshot().identity().certificate().publicKey();
        KeptPrefixes prefixes =
                KeptPrefixes.read(running.node(), new KnownPrefixFile(folder, owner));
        KeptBundles bundles = KeptBundles.read(running, new RevocationBundleFile(folder, owner));
        PeerAddressFile file = new PeerAddressFile(folder, owner);
        KeptAddresses addresses = null;
        if (settings.rememberAddresses()) {
            addresses = KeptAddresses.read(running, file);
        } else {
            delete(file);
        }
        StateKeeper keeper = new StateKeeper(prefixes, bundles, addresses);
        running.discovery().onNews(keeper::wake);
        return keeper;
    }

    /** Where roll-outs of the filter are kept; null: nowhere. */
    static @Nullable RolloutFile rollouts(RunningNode running, OverlayConfig config) {
        MachineSettings settings = config.get(MachineSettings.SECTION);
        try {
            Path folder = StateFolder.find(settings.stateDir(), System.getenv("STATE_DIRECTORY"));
            Bytes owner = running.node().snapshot().identity().certificate().publicKey();
            return folder == null ? null : new RolloutFile(folder, owner);
        } catch (IOException e) {
            return null; // the keeper has warned of it
        }
    }

    private static void delete(PeerAddressFile file) {
        try {
            file.delete();
        } catch (IOException e) {
            warn("State file could not be deleted", file.path(), e);
        }
    }

    static void unusable(Object path, IOException e) {
        warn(
                "State file is unusable (%s); ignoring it, will be rewritten"
                        .formatted(BoundedFile.reason(e)),
                path,
                e);
    }

    static void warn(String message, Object path, IOException e) {
        LOG.atWarn()
                .setMessage(message)
                .addKeyValue("path", path)
                .addKeyValue("error", BoundedFile.reason(e))
                .log();
    }

    @Override
    public String name() {
        return "state file";
    }

    @Override
    public void start() {
        thread.start();
    }

    /** Cheap and never blocks: the control plane calls it. */
    private void wake() {
        if (news.availablePermits() == 0) {
            news.release();
        }
    }

    private void run() {
        SavePace pace = new SavePace(System.nanoTime());
        long nextMinute = System.nanoTime() + MINUTE_NANOS;
        while (!stopping) {
            long now = System.nanoTime();
            try {
                long wait = Math.min(nextMinute - now, pace.waitNanos(now));
                if (news.tryAcquire(wait, TimeUnit.NANOSECONDS)) {
                    pace.changed(System.nanoTime());
                }
            } catch (InterruptedException e) {
                return;
            }
            now = System.nanoTime();
            bundles.save();
            if (now - nextMinute >= 0) {
                nextMinute = now + MINUTE_NANOS;
                prefixes.save();
                pace.changed(now); // the times in it, which no peer tells of
            }
            if (addresses != null && pace.take(now)) {
                addresses.save();
            }
        }
        prefixes.save();
        bundles.save();
        if (addresses != null) {
            addresses.save();
        }
    }

    /** Writes what is new, while the control plane still runs; does not wait long for a disk. */
    @Override
    public void stop() {
        stopping = true;
        news.release();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
