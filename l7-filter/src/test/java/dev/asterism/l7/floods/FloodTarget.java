package dev.asterism.l7.floods;

import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.config.FilterFiles;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.runtime.FilterRuntime;
import dev.asterism.l7.runtime.NoPeers;
import dev.asterism.l7.telemetry.AccessLog;
import dev.asterism.l7.telemetry.FilterMetrics;
import dev.asterism.l7.telemetry.MetricFamily;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The filter of a service's node as a process of its own, with one loop and a small heap: what it uses is the
 * filter's alone. The peer at 127.0.0.1 is honest, all others are not.
 */
final class FloodTarget implements AutoCloseable {

    /** Kernel's ticks a second, which POSIX fixes for what it tells in /proc. */
    private static final double TICKS = 100;

    private static final String HELD =
            "mesh_l7_(buffered_bytes.*|inflight.*|connections\\[.*client.*)";
    private static final String COUNTED =
            "mesh_l7_(.*refused_total|shed_total|gave_way_total|requests_total).*";

    private final ProgramJvm jvm;
    private final List<Integer> ports = new ArrayList<>();

    /** What it holds and has counted, by name. */
    record Usage(double cpuSeconds, Map<String, Long> counts) {

        long of(String name) {
            return counts.getOrDefault(name, 0L);
        }

        /** What it has of clients: connections, requests under way, buffers. */
        List<String> held() {
            return counts.entrySet().stream()
                    .filter(count -> count.getKey().matches(HELD))
                    .map(count -> count.getKey() + " " + count.getValue())
                    .toList();
        }

        /** Open connections to the application. */
        long applicationConnections() {
            return counts.entrySet().stream()
                    .filter(count -> count.getKey().matches("mesh_l7_connections\\[.*upstream.*"))
                    .mapToLong(Map.Entry::getValue)
                    .sum();
        }

        /** What has been refused, shed or answered since then, by name. */
        Map<String, Long> since(Usage before) {
            Map<String, Long> more = new TreeMap<>();
            counts.forEach(
                    (name, count) -> {
                        if (name.matches(COUNTED) && count > before.of(name)) {
                            more.put(name, count - before.of(name));
                        }
                    });
            return more;
        }
    }

    /**
     * @param heap as for {@code -Xmx}
     * @param upstreams ports of applications, each of which is a service
     */
    FloodTarget(String heap, int... upstreams) throws IOException {
        String[] arguments =
                Arrays.stream(upstreams).mapToObj(Integer::toString).toArray(String[]::new);
        jvm = new ProgramJvm(List.of(), FloodTarget.class, heap, arguments);
        for (int _ : upstreams) {
            ports.add(jvm.number());
        }
    }

    /** Of the first service. */
    int port() {
        return ports.getFirst();
    }

    /** Of the service of that upstream, counted from 0. */
    int port(int upstream) {
        return ports.get(upstream);
    }

    /** CPU of all its threads so far. */
    double cpuSeconds() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + jvm.pid() + "/stat"));
        String[] words = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(words[11]) + Long.parseLong(words[12])) / TICKS;
    }

    Usage usage() throws IOException {
        double cpu = cpuSeconds();
        Map<String, Long> counts = new TreeMap<>();
        for (String word : jvm.ask("").split(" ")) {
            int equals = word.lastIndexOf('=');
            counts.put(word.substring(0, equals), Long.parseLong(word.substring(equals + 1)));
        }
        return new Usage(cpu, counts);
    }

    /** Its open files. */
    long files() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/" + jvm.pid() + "/fd"))) {
            return all.count();
        }
    }

    /** When nobody is connected any more, or after a while. */
    Usage settled() throws IOException {
        Usage usage = usage();
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!usage.held().isEmpty() && System.nanoTime() < patience) {
            LockSupport.parkNanos(100_000_000);
            usage = usage();
        }
        return usage;
    }

    /** As {@link #settled}, and its spare buffers have gone too: it keeps them for a second at most. */
    Usage atRest() throws IOException {
        settled();
        pass(1500);
        return usage();
    }

    static void pass(long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    @Override
    public void close() {
        jvm.close();
    }

    // --- the process ---

    public static void main(String[] args) throws IOException {
        io.netty.util.internal.logging.InternalLoggerFactory.setDefaultFactory(
                io.netty.util.internal.logging.JdkLoggerFactory.INSTANCE);
        StringBuilder text = new StringBuilder("l7:\n  enabled: true\n  threads: 1\n  serve:\n");
        for (int i = 0; i < args.length; i++) {
            text.append(
                    "    app%d: {port: %d, to: \"127.0.0.1:%s\", protocol: http1}%n"
                            .formatted(i, 8080 + i, args[i]));
        }
        FilterConfig config = FilterFiles.config(text.toString());
        FilterMetrics metrics = new FilterMetrics(config, new AccessLog(config));
        Queue<RuntimeException> faults = new ConcurrentLinkedQueue<>();
        InetAddress loopback = InetAddress.getLoopbackAddress();
        FilterRuntime runtime =
                new FilterRuntime(config, NoPeers.around(Caller.UNKNOWN, metrics, faults::add));
        for (var service : config.services()) {
            var opened =
                    runtime.serve(
                            service,
                            false,
                            new InetSocketAddress(loopback, 0),
                            (_, remote) -> caller(remote.getAddress()));
            System.out.println(opened.port());
        }
        for (int c = System.in.read(); c >= 0; c = System.in.read()) {
            faults.forEach(Throwable::printStackTrace);
            System.out.println(told(metrics, faults.size()));
        }
        runtime.close();
    }

    private static Caller caller(InetAddress from) {
        boolean honest = from.equals(InetAddress.getLoopbackAddress());
        String name = honest ? "honest" : "hostile-" + from.getHostAddress();
        return new Caller(name, List.of(), from.getHostAddress(), "", "mesh");
    }

    private static String told(FilterMetrics metrics, int faults) {
        List<String> words = new ArrayList<>();
        words.add("faults=" + faults);
        for (MetricFamily family : metrics.families()) {
            boolean plain = family.kind() != MetricFamily.Kind.HISTOGRAM;
            for (MetricFamily.Point point :
                    plain ? family.points() : List.<MetricFamily.Point>of()) {
                if (point.value() != 0) {
                    String name = family.name() + point.labels();
                    words.add(name.replaceAll("[ =]", "") + "=" + (long) point.value());
                }
            }
        }
        // Collected last, so that the heap has nothing of what is held no longer.
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        words.add("heap=" + (runtime.totalMemory() - runtime.freeMemory()));
        words.add("resident=" + residentBytes());
        return String.join(" ", words);
    }

    private static long residentBytes() {
        try {
            String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ");
            return Long.parseLong(pages[1]) * 4096;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
