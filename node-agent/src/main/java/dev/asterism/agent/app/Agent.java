package dev.asterism.agent.app;

import dev.asterism.agent.config.ConfigFiles;
import dev.asterism.agent.config.LoadedNode;
import dev.asterism.agent.config.NodeLoader;
import dev.asterism.agent.control.ControlPeer;
import dev.asterism.agent.log.EventLogger;
import dev.asterism.agent.log.LogSetup;
import dev.asterism.agent.service.AgentServices;
import dev.asterism.agent.service.ControlPlaneCall;
import dev.asterism.agent.service.ReloadReport;
import dev.asterism.overlay.cert.LocalIdentity;
import dev.asterism.overlay.config.ConfigOutcome;
import dev.asterism.overlay.config.ConfigPrinter;
import dev.asterism.overlay.config.Diagnostic;
import dev.asterism.overlay.config.Strictness;
import dev.asterism.overlay.curve.CurveChoice;
import dev.asterism.overlay.text.ProductVersion;
import dev.asterism.tun.aead.CipherProviders;
import dev.asterism.tun.libc.LinuxLibc;
import dev.asterism.tun.libc.NativeIoException;
import dev.asterism.tun.notify.SystemdNotifier;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
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

    /** How long the last lines of the log may take; whoever reads them may have stopped. */
    static final Duration LAST_LINES = Duration.ofSeconds(1);

    /** How long a control plane may take that may be the thread that failed. */
    private static final Duration HALF_DEAD = Duration.ofSeconds(1);

    /** How long the services may take to tell others that this node ends, beside {@code l7.drain}. */
    private static final Duration LEAVING = Duration.ofSeconds(2);

    /** How long the services may take to end. */
    private static final Duration SERVICES = Duration.ofSeconds(3);

    enum Request {
        /** By a signal. */
        RELOAD,
        /** By the control socket; {@link ReloadRequests} has who it was. */
        RELOAD_FOR_CLIENT,
        /** The certificate is a new one. */
        RENEWED,
        STOP,
        FAILED
    }

    private final Path path;
    private final Strictness unknownKeys;
    private final PrintStream err;

    /** One of each kind at most; to ask takes no memory, as there may be none left. */
    private final BlockingQueue<Request> requests =
            new ArrayBlockingQueue<>(Request.values().length);

    private final ReloadRequests reloads = new ReloadRequests();
    private final AtomicBoolean failed = new AtomicBoolean();
    private final Deadline deadline;

    public Agent(Path path, Strictness unknownKeys, PrintStream err) {
        this(
                path,
                unknownKeys,
                err,
                new Deadline(Deadline.PATIENCE, () -> Runtime.getRuntime().halt(FAILED)));
    }

    /**
     * @param deadline ends the process
     */
    Agent(Path path, Strictness unknownKeys, PrintStream err, Deadline deadline) {
        this.deadline = deadline;
        this.path = path;
        this.unknownKeys = unknownKeys;
        this.err = err;
    }

    /** Checks the files and opens nothing. */
    public int test() {
        return switch (NodeLoader.load(path, unknownKeys, Instant.now())) {
            case LoadedNode.Refused(List<Diagnostic> problems, List<Diagnostic> notices) ->
                    refuse(problems, notices);
            case LoadedNode.Loaded loaded -> {
                loaded.notices().forEach(notice -> err.println("warning: " + notice));
                err.println("configuration ok: " + path);
                yield OK;
            }
        };
    }

    /** Prints the configuration that is in force with these files; neither certificates nor keys are read. */
    public int printConfig(PrintStream out) {
        return switch (ConfigFiles.load(path, unknownKeys)) {
            case ConfigOutcome.Refused(List<Diagnostic> problems, List<Diagnostic> notices) ->
                    refuse(problems, notices);
            case ConfigOutcome.Loaded loaded -> {
                loaded.notices().forEach(notice -> err.println("warning: " + notice));
                out.print(ConfigPrinter.print(loaded));
                yield OK;
            }
        };
    }

    /** Runs until a signal or a failure; returns the exit code. Signals are heard before the first file is read. */
    public int run() {
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, cause) -> threadFailed(thread.getName(), cause));
        Signals.handle(
                () -> ask(Request.RELOAD),
                () -> {
                    ask(Request.STOP);
                    deadline.start();
                });
        try {
            return switch (NodeLoader.load(path, unknownKeys, Instant.now())) {
                case LoadedNode.Refused(List<Diagnostic> problems, List<Diagnostic> notices) ->
                        refuse(problems, notices);
                case LoadedNode.Loaded loaded -> run(loaded);
            };
        } catch (RuntimeException | Error e) {
            deadline.start(); // whoever reads what the caller says of it may have stopped
            throw e;
        } finally {
            LogSetup.drain(LAST_LINES);
        }
    }

    private int refuse(List<Diagnostic> problems, List<Diagnostic> notices) {
        notices.forEach(notice -> err.println("warning: " + notice));
        problems.forEach(problem -> err.println("error: " + problem));
        return BAD_CONFIG;
    }

    private int run(LoadedNode.Loaded loaded) {
        LogSetup.apply(loaded.snapshot().config().logging());
        loaded.notices().forEach(notice -> LOG.warn(notice.toString()));
        LinuxLibc libc = new LinuxLibc();
        RunningNode running;
        try {
            running =
                    new AgentAssembly(libc, new EventLogger(), this::threadFailed).assemble(loaded);
        } catch (NativeIoException | StartFailure e) {
            LOG.atError().setMessage("Could not start").addKeyValue("error", e.getMessage()).log();
            return FAILED;
        }
        SystemdNotifier systemd = new SystemdNotifier(libc, System.getenv("NOTIFY_SOCKET"));
        NodeControl control =
                new NodeControl(
                        running,
                        path,
                        ProductVersion.get(),
                        who -> reloads.await(who, () -> ask(Request.RELOAD_FOR_CLIENT)));
        AgentServices services =
                new ServiceAssembly(path, () -> tell(systemd::alive), () -> ask(Request.RENEWED))
                        .assemble(loaded, running, control);
        ConfiguredBundle.atStart(running, loaded.bundle());
        running.loops().start();
        announce(loaded, running);
        services.start();
        // Behind them: verbs that ask the agent may follow "systemctl start" at once.
        tell(systemd::ready);
        serve(new Reloader(path, unknownKeys, running, services), control, systemd);
        tell(systemd::stopping);
        stop(running, services);
        return failed.get() ? FAILED : OK;
    }

    private static void announce(LoadedNode.Loaded loaded, RunningNode running) {
        announce(loaded.ciphers());
        LocalIdentity identity = loaded.snapshot().identity();
        LOG.atInfo()
                .setMessage("Firewall started")
                .addKeyValue("firewallHashes", loaded.snapshot().rules().hashes())
                .log();
        LOG.atInfo()
                .setMessage("Asterism interface is active")
                .addKeyValue(
                        "interface", running.device() == null ? "none" : running.device().name())
                .addKeyValue("networks", identity.networks())
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
                        .addKeyValue("cipher", ciphers.cipher().displayName())
                        .addKeyValue("handshakes", CurveChoice.name());
        if (!ciphers.notUsed().isEmpty()) {
            line = line.addKeyValue("fallbackReason", String.join("; ", ciphers.notUsed()));
        }
        line.log();
    }

    /** The service manager's socket may be out of reach; that is no reason to stop carrying packets. */
    private static void tell(Runnable message) {
        try {
            message.run();
        } catch (NativeIoException e) {
            LOG.atWarn().setMessage("sd_notify failed").addKeyValue("error", e.getMessage()).log();
        }
    }

    /** As SIGTERM does, also before {@link #run}. Any thread. */
    public void stop() {
        ask(Request.STOP);
    }

    private synchronized void ask(Request request) {
        if (!requests.contains(request)) {
            requests.add(request);
        }
    }

    private void serve(Reloader reloader, NodeControl control, SystemdNotifier systemd) {
        while (true) {
            switch (next()) {
                case RELOAD -> {
                    LOG.info("Caught HUP, reloading config");
                    List<ReloadRequests.Waiting> clients = reloads.take();
                    clients.forEach(client -> announce(client.who()));
                    reload(reloader, control, systemd, clients);
                }
                case RELOAD_FOR_CLIENT -> {
                    List<ReloadRequests.Waiting> clients = reloads.take();
                    clients.forEach(client -> announce(client.who()));
                    if (!clients.isEmpty()) { // else one that a signal asked for was theirs too
                        reload(reloader, control, systemd, clients);
                    }
                }
                case RENEWED -> {
                    LOG.info("Certificate is new, reloading config");
                    reload(reloader, control, systemd, reloads.take());
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

    private static void announce(ControlPeer who) {
        LOG.atInfo()
                .setMessage("Asked by the control socket, reloading config")
                .addKeyValue("uid", who.uid())
                .addKeyValue("pid", who.pid())
                .log();
    }

    private static void reload(
            Reloader reloader,
            NodeControl control,
            SystemdNotifier systemd,
            List<ReloadRequests.Waiting> clients) {
        tell(systemd::reloading);
        ReloadReport report = reloader.reload();
        control.reloaded(report);
        clients.forEach(client -> client.answer().complete(report));
        tell(systemd::ready);
    }

    /** The next thing to do; waits for it. */
    Request next() {
        while (true) {
            try {
                return requests.take();
            } catch (InterruptedException e) {
                LOG.debug("interrupted while waiting for requests");
            }
        }
    }

    /**
     * A thread that throws stops the process: a silent half-dead node is worse. The end comes
     * first, as saying why may fail as well, for example with no memory left.
     */
    void threadFailed(String thread, Throwable cause) {
        try {
            failed.set(true);
            ask(Request.FAILED);
            deadline.start();
        } catch (Throwable worse) {
            Runtime.getRuntime().halt(FAILED);
        }
        LOG.atError()
                .setMessage("Worker thread failed")
                .addKeyValue("thread", thread)
                .setCause(cause)
                .log();
    }

    private void stop(RunningNode running, AgentServices services) {
        if (!failed.get()) {
            deadline.extend(services.leaving());
            services.leave(LEAVING, () -> requests.contains(Request.STOP));
        }
        Duration patience = failed.get() ? HALF_DEAD : ControlPlaneCall.PATIENCE;
        if (!ControlPlaneCall.run(running.node(), patience, _ -> running.node().shutDown())) {
            LOG.warn("Could not tell the peers that this node stops");
        }
        services.stop(failed.get() ? HALF_DEAD : SERVICES);
        running.loops().close();
        LOG.info("Goodbye");
    }
}
