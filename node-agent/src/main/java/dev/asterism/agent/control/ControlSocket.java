package dev.asterism.agent.control;

import dev.asterism.agent.service.AgentService;
import dev.asterism.agent.service.ServiceFailure;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import jnr.unixsocket.Credentials;
import jnr.unixsocket.UnixServerSocketChannel;
import jnr.unixsocket.UnixSocketAddress;
import jnr.unixsocket.UnixSocketChannel;
import jnr.unixsocket.UnixSocketOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on a Unix socket and answers requests (docs/control.md). Each client has a thread of its
 * own, so that a silent or slow one disturbs nobody; they are platform threads, as native calls of
 * the library would hold virtual ones to their carriers. The library is loaded by {@link #start},
 * after the node is ready.
 */
public final class ControlSocket implements AgentService {

    static final int MAX_CONNECTIONS = 16;

    /** Of these, for root and the agent's own user: who may only read must not lock them out. */
    static final int KEPT_FOR_OWNER = 4;

    static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Without a descriptor for a client that waits, each try would fail at once. */
    private static final Duration AGAIN = Duration.ofMillis(100);

    private static final Duration TELL_AGAIN = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger("asterism");
    private static final int FILE_TYPE = 0170000;
    private static final int SOCKET = 0140000;
    private static final long STACK = 256 * 1024;

    private final Path path;
    private final ControlSettings settings;
    private final ControlVerbs verbs;
    private final Duration patience;
    private final ConnectionSlots slots = new ConnectionSlots(MAX_CONNECTIONS, KEPT_FOR_OWNER);
    private volatile boolean stopped;
    private long notTakenTold;
    private @Nullable UnixServerSocketChannel server;

    public ControlSocket(Path path, ControlSettings settings, AgentControl agent) {
        this(path, settings, agent, PATIENCE);
    }

    /**
     * @param patience for each request and each answer of a client
     */
    ControlSocket(Path path, ControlSettings settings, AgentControl agent, Duration patience) {
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
            GroupPrincipal group = ControlGroup.find(settings.group());
            removeStale();
            UnixServerSocketChannel opened = UnixServerSocketChannel.open();
            PeerAccess access = bind(opened, group);
            server = opened;
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
        // Without waiting: an agent that hangs takes no connection and holds the socket all the
        // same.
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(path));
        } catch (ConnectException e) {
            Files.delete(path);
            return;
        } catch (IOException e) {
            LOG.debug("control socket: {}", e.getMessage()); // its queue is full: it lives
        }
        throw new ServiceFailure(
                "control socket "
                        + path
                        + ": another agent answers there; set asterism.control.path or tun.dev");
    }

    /** Leaves neither an open channel nor a file behind when it fails. */
    private PeerAccess bind(UnixServerSocketChannel opened, @Nullable GroupPrincipal group)
            throws IOException {
        boolean bound = false;
        try {
            opened.socket().bind(new UnixSocketAddress(path.toFile()), MAX_CONNECTIONS);
            bound = true;
            return protect(group);
        } catch (IOException | RuntimeException e) {
            close(opened);
            if (bound) {
                Files.deleteIfExists(path);
            }
            throw e;
        }
    }

    private PeerAccess protect(@Nullable GroupPrincipal group) throws IOException {
        if (group != null) {
            Files.getFileAttributeView(path, PosixFileAttributeView.class).setGroup(group);
        }
        Files.setAttribute(path, "unix:mode", settings.mode());
        return new PeerAccess(
                (int) Files.getAttribute(path, "unix:uid"),
                (int) Files.getAttribute(path, "unix:gid"));
    }

    private void accept(UnixServerSocketChannel from, PeerAccess access) {
        while (!stopped) {
            UnixSocketChannel client = null;
            try {
                client = from.accept();
                if (client != null) {
                    admit(client, access);
                }
            } catch (IOException | RuntimeException e) {
                if (!stopped) {
                    notTaken(e);
                    if (client == null) { // a client that goes at once must not make others wait
                        LockSupport.parkNanos(AGAIN.toNanos());
                    }
                }
            }
        }
        close(from);
    }

    private void notTaken(Exception e) {
        long now = System.nanoTime();
        if (notTakenTold == 0 || now - notTakenTold >= TELL_AGAIN.toNanos()) {
            notTakenTold = now;
            LOG.atWarn()
                    .setMessage("Control socket could not take a connection")
                    .addKeyValue("error", e.getMessage())
                    .log();
        }
    }

    private void admit(UnixSocketChannel client, PeerAccess access) throws IOException {
        Credentials peer = client.getOption(UnixSocketOptions.SO_PEERCRED);
        PeerAccess.Right right = access.of(peer);
        if (!slots.take(right)) {
            try (client) {
                Connection.refuse(
                        client,
                        new ControlFailure(
                                ControlFailure.Code.BUSY,
                                slots.of(right) + " clients are connected already"));
            }
            return;
        }
        try {
            Thread.ofPlatform()
                    .daemon()
                    .name("control-client")
                    .stackSize(STACK)
                    .start(() -> serve(client, right, peer));
        } catch (OutOfMemoryError e) { // no thread to be had
            slots.giveBack(right);
            client.close();
            throw new IOException(e);
        }
    }

    private void serve(UnixSocketChannel client, PeerAccess.Right right, Credentials peer) {
        ControlPeer caller =
                new ControlPeer(peer.getUid(), peer.getPid(), right == PeerAccess.Right.ALL);
        try (client) {
            Connection connection = new Connection(client, patience, verbs);
            if (right == PeerAccess.Right.NONE) {
                connection.refuse();
            } else {
                connection.serve(caller);
            }
        } catch (IOException e) {
            LOG.debug("control client: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.atError().setMessage("Control request failed").setCause(e).log();
        } finally {
            slots.giveBack(right);
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
            wake.configureBlocking(false);
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
