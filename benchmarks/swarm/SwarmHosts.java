import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** The hosts of one lighthouse: starts them one after the other, and gives each its turn. One thread. */
final class SwarmHosts implements AutoCloseable {

    private static final long SECOND = 1_000_000_000L;
    private static final int STARTS_A_SECOND = 200;
    private static final int QUERIES_A_SECOND = 500;

    private final Selector selector = Selector.open();
    private final SharedSlabs slabs = new SharedSlabs();
    private final List<SwarmHost> hosts = new ArrayList<>();
    private final ArrayDeque<SwarmHost> woken = new ArrayDeque<>();
    private final PriorityQueue<Due> timers = new PriorityQueue<>(Comparator.comparingLong(Due::nanos));
    private final SwarmMesh mesh;
    private final int port;
    private int connected;
    private long answered;
    private int started;
    private long startBegan = Long.MAX_VALUE;

    private record Due(long nanos, SwarmHost host) {}

    /**
     * @param port of the lighthouse
     */
    SwarmHosts(SwarmMesh mesh, int port) throws Exception {
        this.mesh = mesh;
        this.port = port;
    }

    void startAll() {
        startBegan = System.nanoTime();
    }

    private void startDue(long now) throws Exception {
        while (started < mesh.hosts() && startBegan + started * (SECOND / STARTS_A_SECOND) <= now) {
            SwarmHost host = new SwarmHost(this, started, mesh, port);
            hosts.add(host);
            wake(host);
            started++;
        }
    }

    SharedSlabs slabs() {
        return slabs;
    }

    void register(DatagramChannel channel, SwarmHost host) throws IOException {
        channel.register(selector, SelectionKey.OP_READ, host);
    }

    /** The host has its turn as soon as possible. */
    void wake(SwarmHost host) {
        if (host.queue()) {
            woken.add(host);
        }
    }

    /** The host has its first tunnel to this lighthouse. */
    void hasConnected() {
        connected++;
    }

    /** A host has got a handshake's message 2. */
    void hasAnswer() {
        answered++;
    }

    /** Messages 2 that have come, since the first start. */
    long answered() {
        return answered;
    }

    int connected() {
        return connected;
    }

    /** Counts anew: the lighthouse is a new process. */
    void forgetTunnels() {
        connected = 0;
        hosts.forEach(SwarmHost::forget);
    }

    void runFor(long nanos) throws Exception {
        long end = System.nanoTime() + nanos;
        while (end - System.nanoTime() > 0) {
            turn(end);
        }
    }

    void runUntil(BooleanSupplier done, int seconds, String what) throws Exception {
        long end = System.nanoTime() + seconds * SECOND;
        while (!done.getAsBoolean()) {
            if (end - System.nanoTime() < 0) {
                throw new IllegalStateException(
                        "%s: %d of %d in %d s".formatted(what, connected, mesh.hosts(), seconds));
            }
            turn(end);
        }
    }

    /** Latencies in milliseconds, sorted; a question that is not answered counts as one second. */
    double[] query(int questions) throws Exception {
        Random seeded = new Random(1);
        double[] millis = new double[questions];
        for (int i = 0; i < questions; i++) {
            SwarmHost asker = hosts.get(anyConnected(seeded));
            Ip about = SwarmMesh.overlay(anyConnected(seeded));
            long began = System.nanoTime();
            asker.ask(about, new Tick(began, Instant.now()));
            while (asker.waits() && System.nanoTime() - began < SECOND) {
                turn(began + SECOND);
            }
            millis[i] = (System.nanoTime() - began) / 1e6;
            asker.giveUp();
            runFor(Math.max(0, SECOND / QUERIES_A_SECOND - (System.nanoTime() - began)));
        }
        Arrays.sort(millis);
        return millis;
    }

    /** Those few that have no tunnel yet cannot ask, and nobody knows them. */
    private int anyConnected(Random seeded) {
        int number;
        do {
            number = seeded.nextInt(hosts.size());
        } while (!hosts.get(number).isConnected());
        return number;
    }

    /** One look at sockets and timers, at most until then. */
    private void turn(long until) throws Exception {
        long now = System.nanoTime();
        startDue(now);
        long next = Math.min(until, timers.isEmpty() ? until : timers.peek().nanos());
        if (started < mesh.hosts() && startBegan != Long.MAX_VALUE) {
            next = Math.min(next, now + SECOND / STARTS_A_SECOND);
        }
        long wait = woken.isEmpty() ? (next - now) / 1_000_000 : 0;
        if (wait > 0) {
            selector.select(this::ready, wait);
        } else {
            selector.selectNow(this::ready);
        }
        Tick tick = new Tick(System.nanoTime(), Instant.now());
        while (!timers.isEmpty() && timers.peek().nanos() <= tick.nanos()) {
            Due due = timers.poll();
            if (due.host().takeTimer(due.nanos())) {
                wake(due.host());
            }
        }
        for (int i = woken.size(); i > 0; i--) {
            woken.poll().turn(tick);
        }
    }

    private void ready(SelectionKey key) {
        wake((SwarmHost) key.attachment());
    }

    /** The host has its turn at that time, unless it is armed anew before. */
    void arm(SwarmHost host, long nanos) {
        if (nanos != Long.MAX_VALUE) {
            timers.add(new Due(nanos, host));
        }
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
