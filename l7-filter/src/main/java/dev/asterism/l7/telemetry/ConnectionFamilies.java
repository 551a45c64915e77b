package dev.asterism.l7.telemetry;

import dev.asterism.l7.io.LoopCounts;
import dev.asterism.l7.telemetry.MetricFamily.Kind;
import dev.asterism.l7.telemetry.MetricFamily.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** The series of connections and of what they hold, summed up over all loops. */
final class ConnectionFamilies {

    private ConnectionFamilies() {}

    static List<MetricFamily> of(List<LoopCounts> loops) {
        List<Point> refusals = new ArrayList<>();
        for (LoopCounts.Refusal why : LoopCounts.Refusal.values()) {
            refusals.add(point(loops, why.word(), loop -> loop.refusals(why)));
        }
        return List.of(
                new MetricFamily(
                        "mesh_l7_connections",
                        Kind.GAUGE,
                        "Open connections, of clients and to upstreams",
                        List.of("side"),
                        List.of(
                                point(loops, "client", LoopCounts::clients),
                                point(loops, "upstream", LoopCounts::upstreams))),
                new MetricFamily(
                        "mesh_l7_connections_refused_total",
                        Kind.COUNTER,
                        "Connections that were refused, by the bound that they were over",
                        List.of("bound"),
                        refusals),
                new MetricFamily(
                        "mesh_l7_buffered_bytes",
                        Kind.GAUGE,
                        "Buffers in use: heads and bodies on their way",
                        List.of(),
                        List.of(
                                new Point(
                                        List.of(),
                                        sum(loops, LoopCounts::bufferedBytes),
                                        List.of()))));
    }

    private static Point point(
            List<LoopCounts> loops, String label, ToLongFunction<LoopCounts> count) {
        return new Point(List.of(label), sum(loops, count), List.of());
    }

    private static long sum(List<LoopCounts> loops, ToLongFunction<LoopCounts> count) {
        return loops.stream().mapToLong(count).sum();
    }
}
