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

    /** The selector's smallest wait. */
    private static final long MILLISECOND = 1_000_000L;

    private final Selector selector = Selector.open();
    private final SwarmClock clock = new SwarmClock();
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
        startBegan = clock.nanos();
    }

    private void startDue(long now) throws Exception {
        while (started < mesh.hosts() && startBegan + started * (SECOND / STARTS_A_SECOND) <= now) {
            SwarmHost host = new SwarmHost(this, mesh.first() + started, mesh, port);
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

    /** For how long the hosts' clock has stood still. */
    long stoodStillNanos() {
        return clock.stoodStillNanos();
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
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            turn(left);
        }
    }

    void runUntil(BooleanSupplier done, int seconds, String what) throws Exception {
        long end = System.nanoTime() + seconds * SECOND;
        while (!done.getAsBoolean()) {
            long left = end - System.nanoTime();
            if (left < 0) {
                throw new IllegalStateException(
                        "%s: %d of %d in %d s".formatted(what, connected, mesh.hosts(), seconds));
            }
            turn(Math.min(left, SECOND / 10));
        }
    }

    /** The numbers of those that have a tunnel: the others cannot ask, and nobody knows them. */
    List<Integer> numbersOfConnected() {
        return hosts.stream().filter(SwarmHost::isConnected).map(SwarmHost::number).toList();
    }

    /**
     * Latencies in milliseconds, sorted; a question that is not answered counts as one second. Each waits for the one
     * before, and any of these hosts asks it, all of which have a tunnel.
     *
     * @param about numbers of hosts
     * @param seed of who asks about whom
     */
    double[] query(int questions, int[] about, long seed) throws Exception {
        Random seeded = new Random(seed);
        double[] millis = new double[questions];
        for (int i = 0; i < questions; i++) {
            SwarmHost asker = hosts.get(seeded.nextInt(hosts.size()));
            Ip target = SwarmMesh.overlay(about[seeded.nextInt(about.length)]);
            long began = System.nanoTime();
            asker.ask(target, tick());
            for (long left = SECOND; asker.waits() && left > 0; left = began + SECOND - System.nanoTime()) {
                turn(left);
            }
            millis[i] = Math.min(1_000, (System.nanoTime() - began) / 1e6);
            asker.giveUp();
            runFor(Math.max(0, SECOND / QUERIES_A_SECOND - (System.nanoTime() - began)));
        }
        Arrays.sort(millis);
        return millis;
    }

    /**
     * One look at sockets and timers.
     *
     * @param mostWait nanoseconds
     */
    private void turn(long mostWait) throws Exception {
        long now = clock.nanos();
        startDue(now);
        long wait = timers.isEmpty() ? mostWait : Math.min(mostWait, timers.peek().nanos() - now);
        if (started < mesh.hosts() && startBegan != Long.MAX_VALUE) {
            wait = Math.min(wait, SECOND / STARTS_A_SECOND);
        }
        // Up to a millisecond late rather than in a loop without rest, which takes a core from the lighthouse.
        long millis = woken.isEmpty() ? (wait + MILLISECOND - 1) / MILLISECOND : 0;
        if (millis > 0) {
            clock.mayWait(millis * MILLISECOND);
            selector.select(this::ready, millis);
        } else {
            selector.selectNow(this::ready);
        }
        Tick tick = tick();
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

    private Tick tick() {
        return new Tick(clock.nanos(), Instant.now());
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
