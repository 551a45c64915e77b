package dev.asterism.agent.app;

import dev.asterism.agent.config.BoundedFile;
import dev.asterism.agent.service.AgentService;
import dev.asterism.agent.service.ControlPlaneCall;
import dev.asterism.agent.state.KnownPrefixFile;
import dev.asterism.agent.state.StateFolder;
import dev.asterism.overlay.handshake.KnownPrefixes;
import dev.asterism.overlay.node.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps over a restart where peers have proven themselves: reads the file before the threads start,
 * writes it once a minute when something is new, and at the end. Has a thread of its own, as a disk
 * may be slow. What fails costs a warning, once.
 */
final class StateKeeper implements AgentService {

    private static final Logger LOG = LoggerFactory.getLogger("asterism");
    private static final long MINUTE = 60;
    static final long PATIENCE_SECONDS = 1;

    private final Node node;
    private final KnownPrefixFile file;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "state");
    private long written;
    private boolean warned;

    private StateKeeper(Node node, KnownPrefixFile file) {
        this.node = node;
        this.file = file;
        thread.setDaemon(true);
    }

    /** Null when nothing is to be kept. Before the node's threads start: reads what an earlier process wrote. */
    static @Nullable StateKeeper of(Node node, String configured) {
        Path folder;
        try {
            folder = StateFolder.find(configured, System.getenv("STATE_DIRECTORY"));
        } catch (IOException e) {
            warn(
                    "asterism.state_dir cannot be used, nothing is kept over a restart",
                    configured,
                    e);
            return null;
        }
        if (folder == null) {
            LOG.debug("No state folder: nothing is kept over a restart");
            return null;
        }
        KnownPrefixFile file =
                new KnownPrefixFile(folder, node.snapshot().identity().certificate().publicKey());
        StateKeeper keeper = new StateKeeper(node, file);
        try {
            known(node).restore(file.read());
        } catch (IOException e) {
            warn(
                    "State file is unusable (%s); ignoring it, will be rewritten"
                            .formatted(BoundedFile.reason(e)),
                    file.path(),
                    e);
        }
        keeper.written = known(node).changes();
        return keeper;
    }

    private static KnownPrefixes known(Node node) {
        return node.control().handshakes().knownPrefixes();
    }

    private static void warn(String message, Object path, IOException e) {
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

    private void run() {
        boolean last = false;
        while (!last) {
            try {
                last = stopping.await(MINUTE, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                return;
            }
            save();
        }
    }

    private record Copy(long changes, List<KnownPrefixes.Entry> entries) {}

    private void save() {
        Copy[] copy = new Copy[1];
        boolean done =
                ControlPlaneCall.run(
                        node,
                        _ -> {
                            KnownPrefixes known = known(node);
                            if (known.changes() != written) {
                                copy[0] = new Copy(known.changes(), known.entries());
                            }
                        });
        Copy taken = copy[0];
        if (!done || taken == null) {
            return;
        }
        try {
            file.write(taken.entries);
            written = taken.changes;
        } catch (IOException e) {
            if (!warned) {
                warned = true;
                warn("State file could not be written", file.path(), e);
            }
        }
    }

    /** Writes what is new, while the control plane still runs; does not wait long for a disk. */
    @Override
    public void stop() {
        stopping.countDown();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
