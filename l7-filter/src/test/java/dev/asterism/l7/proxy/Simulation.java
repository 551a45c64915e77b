package dev.asterism.l7.proxy;

import dev.asterism.l7.io.MemoryConn;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Clients and servers of a {@link MeshRig} under virtual time: requests come at random times, servers have so many
 * hands, each busy for a time with a request. Same seed, same run.
 */
final class Simulation {

    private static final String END = "\r\n\r\n";

    /** Something that happens. */
    private record Event(long nanos, long order, Runnable what) {}

    /** A server: when each of its hands is free. */
    private static final class Server {
        private final long[] freeNanos;
        private final long nanos;
        private final int status;
        private int asked;

        Server(int hands, long nanos, int status) {
            freeNanos = new long[hands];
            this.nanos = nanos;
            this.status = status;
        }
    }

    /** What became of the requests of a run. */
    record Results(int good, int bad, List<Long> nanos, Map<Integer, Integer> asked) {

        double percentileMillis(int percent) {
            long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
            return sorted[sorted.length * percent / 100] / 1e6;
        }

        /** The part of all that one endpoint got. */
        double share(int port) {
            double all = asked.values().stream().mapToInt(Integer::intValue).sum();
            return asked.getOrDefault(port, 0) / all;
        }

        @Override
        public String toString() {
            return "good " + good + ", bad " + bad + ", asked " + asked;
        }
    }

    private final MeshRig rig;
    private final SplittableRandom random;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(
                    (a, b) ->
                            a.nanos != b.nanos
                                    ? Long.compare(a.nanos, b.nanos)
                                    : Long.compare(a.order, b.order));
    private final Map<Integer, Server> servers = new HashMap<>();
    private final ArrayDeque<MemoryConn> idle = new ArrayDeque<>();
    private final Map<MemoryConn, Long> busy = new LinkedHashMap<>();
    private long order;
    private int good;
    private int bad;
    private List<Long> times = new ArrayList<>();

    Simulation(MeshRig rig, long seed) {
        this.rig = rig;
        random = new SplittableRandom(seed);
    }

    void server(int port, int hands, long nanos, int status) {
        servers.put(port, new Server(hands, nanos, status));
    }

    private void at(long nanos, Runnable what) {
        events.add(new Event(nanos, order++, what));
    }

    /** So many seconds with so many requests a second; what is under way at their end is counted later. */
    Results run(int seconds, int rate) {
        good = 0;
        bad = 0;
        times = new ArrayList<>();
        servers.values().forEach(server -> server.asked = 0);
        long end = rig.nowNanos() + TimeUnit.SECONDS.toNanos(seconds);
        at(rig.nowNanos() + gap(rate), () -> arrive(rate, end));
        while (!events.isEmpty() && events.peek().nanos <= end) {
            Event next = events.remove();
            step(next.nanos);
            next.what.run();
            look();
        }
        step(end);
        look();
        Map<Integer, Integer> asked = new HashMap<>();
        servers.forEach((port, server) -> asked.put(port, server.asked));
        return new Results(good, bad, times, asked);
    }

    /** Servers answer between events too, as what waits goes on by timers. */
    private void step(long to) {
        while (rig.nowNanos() < to) {
            rig.loop().pass(Math.min(to - rig.nowNanos(), 1_000_000));
            look();
        }
    }

    private long gap(int rate) {
        return (long) (-Math.log(1 - random.nextDouble()) * 1e9 / rate);
    }

    private void arrive(int rate, long end) {
        MemoryConn client = idle.isEmpty() ? rig.client() : idle.remove();
        busy.put(client, rig.nowNanos());
        client.arrive(MeshRig.GET);
        long next = rig.nowNanos() + gap(rate);
        if (next < end) {
            at(next, () -> arrive(rate, end));
        }
    }

    private void look() {
        for (Map.Entry<Integer, Server> entry : servers.entrySet()) {
            for (MemoryConn conn : rig.servers(entry.getKey())) {
                String text = conn.isClosed() ? "" : conn.sentText();
                for (int at = text.indexOf(END); at >= 0; at = text.indexOf(END, at + 1)) {
                    asked(entry.getValue(), conn);
                }
            }
        }
        for (MemoryConn client : List.copyOf(busy.keySet())) {
            String text = client.sentText();
            if (!text.isEmpty()) {
                long began = Objects.requireNonNull(busy.remove(client));
                if (text.startsWith("HTTP/1.1 2")) {
                    good++;
                    times.add(rig.nowNanos() - began);
                } else {
                    bad++;
                }
                if (!client.isClosed()) {
                    idle.add(client);
                }
            }
        }
    }

    private void asked(Server server, MemoryConn conn) {
        server.asked++;
        int hand = 0;
        for (int i = 1; i < server.freeNanos.length; i++) {
            hand = server.freeNanos[i] < server.freeNanos[hand] ? i : hand;
        }
        long done = Math.max(rig.nowNanos(), server.freeNanos[hand]) + server.nanos;
        server.freeNanos[hand] = done;
        int status = server.status;
        at(
                done,
                () -> {
                    if (!conn.isClosed()) {
                        conn.arrive("HTTP/1.1 " + status + " X\r\ncontent-length: 0\r\n\r\n");
                    }
                });
    }
}
