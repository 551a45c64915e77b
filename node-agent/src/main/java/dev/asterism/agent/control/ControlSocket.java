package dev.asterism.agent.control;

import dev.asterism.agent.service.AgentService;
import dev.asterism.agent.service.ServiceFailure;
import dev.asterism.overlay.config.OverlayConfig;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import jnr.unixsocket.UnixServerSocketChannel;
import jnr.unixsocket.UnixSocketAddress;
import jnr.unixsocket.UnixSocketChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on a Unix socket and answers requests (docs/control.md). Each client has a thread of its own, so that a silent or slow one
 * disturbs nobody; they are platform threads, as native calls of the library would hold virtual ones to their carriers. The library is
 * loaded by {@link #start}, after the node is ready.
 */
public final class ControlSocket implements AgentService {

    static final int MAX_CONNECTIONS = 16;
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger("asterism");
    private static final int FILE_TYPE = 0170000;
    private static final int SOCKET = 0140000;
    private static final long STACK = 256 * 1024;

    private final Path path;
    private final OverlayConfig.Control settings;
    private final ControlVerbs verbs;
    private final Duration patience;
    private final Semaphore free = new Semaphore(MAX_CONNECTIONS);
    private volatile boolean stopped;
    private @Nullable UnixServerSocketChannel server;

    public ControlSocket(Path path, OverlayConfig.Control settings, AgentControl agent) {
        this(path, settings, agent, PATIENCE);
    }

    /**
     * @param patience for each request and each answer of a client
     */
    ControlSocket(
            Path path, OverlayConfig.Control settings, AgentControl agent, Duration patience) {
        this.path = path;
        this.settings = settings;
        this.verbs = new ControlVerbs(agent);
        this.patience = patience;
    }

    @Override
    public String name() {
        return "control socket";
    }

    @Override
    public void start() {
        try {
            removeStale();
            UnixServerSocketChannel opened = UnixServerSocketChannel.open();
            opened.socket().bind(new UnixSocketAddress(path.toFile()), MAX_CONNECTIONS);
            server = opened;
            PeerAccess access = protect();
            Thread.ofPlatform()
                    .daemon()
                    .name("control-socket")
                    .stackSize(STACK)
                    .start(() -> accept(opened, access));
        } catch (IOException | RuntimeException | LinkageError e) {
            if (e instanceof ServiceFailure failure) {
                throw failure;
            }
            throw new ServiceFailure("control socket " + path + ": " + e.getMessage(), e);
        }
        LOG.atInfo().setMessage("Control socket is open").addKeyValue("path", path).log();
    }

    /** What a dead agent left behind goes; a live one's stays, and so does what is no socket. */
    private void removeStale() throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if ((mode & FILE_TYPE) != SOCKET) {
            throw new ServiceFailure(
                    "control socket " + path + ": there is a file that is no socket");
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            Files.delete(path);
            return;
        }
        throw new ServiceFailure(
                "control socket "
                        + path
                        + ": another agent answers there; set asterism.control.path or tun.dev");
    }

    private PeerAccess protect() throws IOException {
        if (!settings.group().isEmpty()) {
            PosixFileAttributeView view =
                    Files.getFileAttributeView(path, PosixFileAttributeView.class);
            view.setGroup(
                    path.getFileSystem()
                            .getUserPrincipalLookupService()
                            .lookupPrincipalByGroupName(settings.group()));
        }
        Files.setAttribute(path, "unix:mode", settings.mode());
        return new PeerAccess(
                (int) Files.getAttribute(path, "unix:uid"),
                (int) Files.getAttribute(path, "unix:gid"));
    }

    private void accept(UnixServerSocketChannel from, PeerAccess access) {
        while (!stopped) {
            try {
                UnixSocketChannel client = from.accept();
                if (client != null) {
                    admit(client, access);
                }
            } catch (IOException | RuntimeException e) {
                if (!stopped) {
                    LOG.atWarn()
                            .setMessage("Control socket could not take a connection")
                            .addKeyValue("error", e.getMessage())
                            .log();
                }
            }
        }
        close(from);
    }

    private void admit(UnixSocketChannel client, PeerAccess access) throws IOException {
        if (!free.tryAcquire()) {
            try (client) {
                Connection.refuse(
                        client,
                        new ControlFailure(
                                ControlFailure.Code.BUSY,
                                MAX_CONNECTIONS + " clients are connected already"));
            }
            return;
        }
        Thread.ofPlatform()
                .daemon()
                .name("control-client")
                .stackSize(STACK)
                .start(() -> serve(client, access));
    }

    private void serve(UnixSocketChannel client, PeerAccess access) {
        try (client) {
            new Connection(client, patience, verbs, access).serve();
        } catch (IOException e) {
            LOG.debug("control client: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.atError().setMessage("Control request failed").setCause(e).log();
        } finally {
            free.release();
        }
    }

    private static void close(UnixServerSocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("control socket: {}", e.getMessage());
        }
    }

    @Override
    public void stop() {
        stopped = true;
        if (server == null) {
            return;
        }
        // Wakes the thread that waits for clients: closing the descriptor would not.
        try (SocketChannel wake = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            wake.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            LOG.debug("control socket: {}", e.getMessage());
        }
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.debug("control socket: {}", e.getMessage());
        }
    }
}
