package dev.asterism.agent.app;

import dev.asterism.agent.events.EventLogger;
import dev.asterism.agent.events.LogSetup;
import dev.asterism.overlay.config.ConfigProblem;
import dev.asterism.overlay.config.UnknownKeys;
import dev.asterism.overlay.identity.Identity;
import dev.asterism.tun.aead.CipherProviders;
import dev.asterism.tun.libc.LinuxLibc;
import dev.asterism.tun.libc.NativeIoException;
import dev.asterism.tun.notify.SystemdNotifier;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** The life of one agent process, from its files to its exit code. Main thread. */
public final class Agent {

    public static final int OK = 0;
    public static final int FAILED = 1;
    public static final int BAD_CONFIG = 2;

    private static final Logger LOG = LoggerFactory.getLogger("asterism");

    private enum Request {
        RELOAD,
        STOP,
        FAILED
    }

    private final Path path;
    private final UnknownKeys unknownKeys;
    private final PrintStream err;
    private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    private final AtomicBoolean failed = new AtomicBoolean();

    public Agent(Path path, UnknownKeys unknownKeys, PrintStream err) {
        this.path = path;
        this.unknownKeys = unknownKeys;
        this.err = err;
    }

    /** Checks the files and opens nothing. */
    public int test() {
        return switch (NodeFiles.load(path, unknownKeys, Instant.now())) {
            case NodeInputs.Refused(List<ConfigProblem> problems, List<ConfigProblem> notices) ->
                    refuse(problems, notices);
            case NodeInputs.Loaded loaded -> {
                loaded.notices().forEach(notice -> err.println("warning: " + notice));
                err.println("configuration ok: " + path);
                yield OK;
            }
        };
    }

    /** Runs until a signal or a failure; returns the exit code. */
    public int run() {
        return switch (NodeFiles.load(path, unknownKeys, Instant.now())) {
            case NodeInputs.Refused(List<ConfigProblem> problems, List<ConfigProblem> notices) ->
                    refuse(problems, notices);
            case NodeInputs.Loaded loaded -> run(loaded);
        };
    }

    private int refuse(List<ConfigProblem> problems, List<ConfigProblem> notices) {
        notices.forEach(notice -> err.println("warning: " + notice));
        problems.forEach(problem -> err.println("error: " + problem));
        return BAD_CONFIG;
    }

    private int run(NodeInputs.Loaded loaded) {
        LogSetup.apply(loaded.snapshot().config().logging());
        loaded.notices().forEach(notice -> LOG.warn(notice.toString()));
        LinuxLibc libc = new LinuxLibc();
        RunningNode running;
        try {
            running = new AgentAssembly(libc, new EventLogger(), this::loopFailed).assemble(loaded);
        } catch (NativeIoException | StartFailure e) {
            LOG.atError().setMessage("Could not start").addKeyValue("error", e.getMessage()).log();
            return FAILED;
        }
        SystemdNotifier systemd = new SystemdNotifier(libc, System.getenv("NOTIFY_SOCKET"));
        Signals.on("HUP", () -> requests.add(Request.RELOAD));
        Signals.on("TERM", () -> requests.add(Request.STOP));
        Signals.on("INT", () -> requests.add(Request.STOP));
        running.loops().start();
        announce(loaded, running);
        tell(systemd::ready);
        serve(new Reloader(path, unknownKeys, running), systemd);
        tell(systemd::stopping);
        stop(running);
        return failed.get() ? FAILED : OK;
    }

    private static void announce(NodeInputs.Loaded loaded, RunningNode running) {
        announce(loaded.ciphers());
        Identity identity = loaded.snapshot().identity();
        LOG.atInfo()
                .setMessage("Firewall started")
                .addKeyValue("firewallHashes", loaded.rules().hashes())
                .log();
        LOG.atInfo()
                .setMessage("Asterism interface is active")
                .addKeyValue(
                        "interface", running.device() == null ? "none" : running.device().name())
                .addKeyValue("networks", identity.certificate().networks())
                .addKeyValue("udpAddr", running.listens())
                .addKeyValue("certName", identity.certificate().name())
                .addKeyValue("cipher", running.node().cipherName())
                .log();
    }

    private static void announce(CipherProviders.Chosen ciphers) {
        LoggingEventBuilder line =
                LOG.atInfo()
                        .setMessage("Cipher provider chosen")
                        .addKeyValue("provider", ciphers.by())
                        .addKeyValue("variant", ciphers.variant())
                        .addKeyValue("cipher", ciphers.cipher().displayName());
        if (!ciphers.notUsed().isEmpty()) {
            line = line.addKeyValue("notFaster", String.join("; ", ciphers.notUsed()));
        }
        line.log();
    }

    /** The service manager's socket may be out of reach; that is no reason to stop carrying packets. */
    private static void tell(Runnable news) {
        try {
            news.run();
        } catch (NativeIoException e) {
            LOG.atWarn()
                    .setMessage("The service manager could not be told")
                    .addKeyValue("error", e.getMessage())
                    .log();
        }
    }

    /** As SIGTERM does, also before {@link #run}. Any thread. */
    void stop() {
        requests.add(Request.STOP);
    }

    private void serve(Reloader reloader, SystemdNotifier systemd) {
        while (true) {
            switch (next()) {
                case RELOAD -> {
                    tell(systemd::reloading);
                    reloader.reload();
                    tell(systemd::ready);
                }
                case STOP -> {
                    LOG.info("Caught signal, shutting down");
                    return;
                }
                case FAILED -> {
                    return;
                }
            }
        }
    }

    private Request next() {
        while (true) {
            try {
                return requests.take();
            } catch (InterruptedException e) {
                LOG.debug("interrupted while waiting for requests");
            }
        }
    }

    /** A lane that throws stops the process: a silent half-dead lane is worse. */
    private void loopFailed(String loop, Throwable cause) {
        LOG.atError()
                .setMessage("A thread of the node failed")
                .addKeyValue("thread", loop)
                .setCause(cause)
                .log();
        failed.set(true);
        requests.add(Request.FAILED);
    }

    private static void stop(RunningNode running) {
        if (!OnControlPlane.run(running.node(), _ -> running.node().shutDown())) {
            LOG.warn("Peers could not be told that this node stops");
        }
        running.loops().close();
        LOG.info("Goodbye");
    }
}
