package dev.asterism.sim;

import dev.asterism.overlay.net.Ip;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A simulated world: make hosts, start nodes on them, let time pass, look.
 *
 * <pre>{@code
 * var mesh = SimMesh.seeded(1);
 * var a = mesh.host("a").behind(nat(ENDPOINT_INDEPENDENT, ADDRESS_DEPENDENT)).start(factory);
 * var b = mesh.host("b").at("198.51.100.7").start(factory);
 * a.sendUdp(b, 80, "hi");
 * mesh.runUntil(b.received("hi"), Duration.ofSeconds(5));
 * }</pre>
 *
 * {@code -Dsim.seed=N} overrides the seed. Every failure names the seed and writes a diagram and a capture.
 */
public final class SimMesh {

    private static final String SEED_PROPERTY = "sim.seed";
    private static final int FIRST_OVERLAY = Ip.of("10.42.0.1").ipv4();
    private static final long MAX_ORIGIN_NANOS = Duration.ofDays(30).toNanos();

    private final long seed;
    private final SimRandom random;
    private final SimClock clock;
    private final ObserverChain observer = new ObserverChain();
    private final SimNetwork network;
    private final FlowRecorder recorder;
    private final DeliveryCheck deliveryCheck = new DeliveryCheck();
    private final WatchCheck watches = new WatchCheck();
    private final Map<String, SimHost> hosts = new LinkedHashMap<>();
    private final Map<String, Supplier<@Nullable String>> finalChecks = new LinkedHashMap<>();
    private final SimReport report;
    private final Map<String, MemorySegment> slabs = new LinkedHashMap<>();
    private boolean sharesSlabs;
    private long probes;

    private SimMesh(long seed) {
        this.seed = seed;
        random = new SimRandom(seed);
        clock = new SimClock(random.stream("origin").nextLong(MAX_ORIGIN_NANOS));
        network = new SimNetwork(clock, random.stream("network"), observer);
        recorder = new FlowRecorder(clock, this::nameOf);
        report = new SimReport(seed, clock, recorder);
        observer.add(recorder);
        observer.add(new NonceCheck());
        observer.add(new PlaintextCheck());
        observer.add(deliveryCheck);
        observer.add(watches);
    }

    /** With this seed, or the one that {@code -Dsim.seed} names. */
    public static SimMesh seeded(long seed) {
        return new SimMesh(Long.getLong(SEED_PROPERTY, seed));
    }

    /** With this seed whatever the command line says; for tests that compare seeds. */
    public static SimMesh exactly(long seed) {
        return new SimMesh(seed);
    }

    public long seed() {
        return seed;
    }

    /** What the files of a failure are called. */
    public SimMesh named(String name) {
        report.named(name);
        return this;
    }

    // Making the world.

    /** The host of that name, made when there is none yet; overlay address 10.42.0.N. */
    public SimHost host(String name) {
        SimHost known = hosts.get(name);
        if (known != null) {
            return known;
        }
        SimHost host = new SimHost(this, name, Ip.ofIpv4(FIRST_OVERLAY + hosts.size()));
        hosts.put(name, host);
        return host;
    }

    public SimNetwork network() {
        return network;
    }

    public SimClock clock() {
        return clock;
    }

    public FlowRecorder recorder() {
        return recorder;
    }

    /** A stream of randomness for the scenario itself. */
    public SimRandom random(String purpose) {
        return random.stream("scenario " + purpose);
    }

    // Rules of the world.

    /** Nothing else may be delivered to any TUN; several predicates must all agree. */
    public void allowOnly(Predicate<Delivery> predicate) {
        deliveryCheck.allowOnly(predicate);
    }

    /** One more check on everything that happens. */
    public void check(SimObserver check) {
        observer.add(check);
    }

    /** Checked by {@link #finish}: null, or what is wrong. */
    public void atEnd(String claim, Supplier<@Nullable String> problem) {
        finalChecks.put(claim, problem);
    }

    /**
     * The batches of all hosts lie in the same few pieces of memory, for meshes of thousands: a node uses them only
     * during its own turn. Call it before the first start.
     */
    public SimMesh sharingSlabs() {
        sharesSlabs = true;
        return this;
    }

    /** For the batch of that name, of which a node has one. */
    MemorySegment slab(String name, int bytes) {
        return sharesSlabs
                ? slabs.computeIfAbsent(name + bytes, _ -> MemorySegment.ofArray(new byte[bytes]))
                : MemorySegment.ofArray(new byte[bytes]);
    }

    /** Whether two hosts that keep trying must find a path without a relay; see {@link Reachability}. */
    public boolean directPathPossible(SimHost a, SimHost b) {
        return Reachability.directPathPossible(network, a, b);
    }

    // Letting time pass.

    public void after(Duration delay, Runnable action) {
        clock.after(delay, action);
    }

    public void runFor(Duration time) {
        long end = clock.nanos() + time.toNanos();
        guarded(
                () -> {
                    while (clock.runNext(end)) {}
                    clock.advanceTo(end);
                });
    }

    /** Stops right after the event that makes the condition hold; fails when the time is over. */
    public void runUntil(Condition condition, Duration within) {
        long end = clock.nanos() + within.toNanos();
        guarded(
                () -> {
                    boolean more = true;
                    while (!condition.holds()) {
                        if (!more) {
                            clock.advanceTo(end);
                            throw new AssertionError(
                                    "not within " + within + ": " + condition.description());
                        }
                        more = clock.runNext(end);
                    }
                });
    }

    /** Runs the checks that are for the end. {@link Seeded} tests do it themselves. */
    public void finish() {
        guarded(
                () -> {
                    observer.finished();
                    finalChecks.forEach(SimMesh::require);
                });
    }

    private static void require(String claim, Supplier<@Nullable String> problem) {
        String finding = problem.get();
        if (finding != null) {
            throw new InvariantBroken(claim, finding);
        }
    }

    /** SHA-256 over everything that has happened; the same seed and scenario give the same. */
    public String traceHash() {
        return recorder.traceHash();
    }

    /** The error with seed, time and the paths of the files that tell the story, which this writes. */
    SimFailure failure(Throwable cause) {
        return cause instanceof SimFailure failure ? failure : report.failure(cause);
    }

    @SuppressWarnings("CatchingUnchecked")
    private void guarded(Runnable steps) {
        try {
            steps.run();
        } catch (RuntimeException | AssertionError e) {
            throw failure(e);
        }
    }

    // What hosts need.

    SimObserver observer() {
        return observer;
    }

    WatchCheck watches() {
        return watches;
    }

    long nextProbe() {
        return ++probes;
    }

    private String nameOf(String address) {
        return hosts.values().stream()
                .filter(h -> h.underlay().stream().anyMatch(ip -> ip.toString().equals(address)))
                .map(SimHost::name)
                .findFirst()
                .orElse(address);
    }
}
