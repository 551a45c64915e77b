package dev.asterism.l7.telemetry;

import dev.asterism.l7.telemetry.LoopMetrics.PipeTotals;
import dev.asterism.l7.telemetry.MetricFamily.Kind;
import dev.asterism.l7.telemetry.MetricFamily.Point;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The series of connections whose bytes were carried without inspection, summed up over all loops. */
final class PipeFamilies {

    private PipeFamilies() {}

    static List<MetricFamily> of(List<LoopMetrics> loops) {
        Map<List<String>, Long> ends = new LinkedHashMap<>();
        Map<List<String>, Long> bytes = new LinkedHashMap<>();
        for (LoopMetrics loop : loops) {
            for (PipeTotals one : loop.pipes()) {
                LoopMetrics.Pipes key = one.key();
                List<String> labels = List.of(key.dir(), key.service(), key.peer(), key.end());
                ends.merge(labels, one.count(), Long::sum);
                bytes.merge(way(key, "in"), one.requestBytes(), Long::sum);
                bytes.merge(way(key, "out"), one.answerBytes(), Long::sum);
            }
        }
        return List.of(
                new MetricFamily(
                        "mesh_l7_pipes_total",
                        Kind.COUNTER,
                        "Ended connections whose bytes were carried without inspection",
                        List.of("dir", "service", "peer", "end"),
                        points(ends)),
                new MetricFamily(
                        "mesh_l7_pipe_bytes_total",
                        Kind.COUNTER,
                        "What they have carried: in from clients, out to them",
                        List.of("dir", "service", "peer", "way"),
                        points(bytes)));
    }

    private static List<String> way(LoopMetrics.Pipes key, String way) {
        return List.of(key.dir(), key.service(), key.peer(), way);
    }

    private static List<Point> points(Map<List<String>, Long> sums) {
        List<Point> points = new ArrayList<>();
        sums.forEach((labels, sum) -> points.add(new Point(labels, sum, List.of())));
        return points;
    }
}
