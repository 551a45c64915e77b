package dev.asterism.l7.telemetry;

import dev.asterism.l7.identity.Priority;
import dev.asterism.l7.limit.Overload;
import dev.asterism.l7.proxy.Service;
import dev.asterism.l7.telemetry.MetricFamily.Kind;
import dev.asterism.l7.telemetry.MetricFamily.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is said of the limits of services, and of requests that were shed. */
final class OverloadFamilies {

    private OverloadFamilies() {}

    static MetricFamily limit(List<Service> services) {
        List<Point> points = new ArrayList<>();
        for (Service service : services) {
            Overload overload = service.overload();
            if (overload != null) {
                int limit = overload.limit().limit();
                points.add(new Point(List.of(service.name()), limit, List.of()));
            }
        }
        return new MetricFamily(
                "mesh_l7_limit",
                Kind.GAUGE,
                "Requests that an application may have at once, found by its latency; in audit more pass",
                List.of("service"),
                points);
    }

    static MetricFamily shed(Map<RouteSeries.Key, RouteTotals> routes) {
        List<Point> points = new ArrayList<>();
        routes.forEach(
                (key, totals) -> {
                    for (Priority priority : Priority.values()) {
                        add(key, totals, priority, false, points);
                        add(key, totals, priority, true, points);
                    }
                });
        return new MetricFamily(
                "mesh_l7_shed_total",
                Kind.COUNTER,
                "Requests refused as the application has all it can do; in audit they passed all the same",
                List.of("service", "route", "class", "mode"),
                points);
    }

    private static void add(
            RouteSeries.Key key,
            RouteTotals totals,
            Priority priority,
            boolean audit,
            List<Point> into) {
        long count = totals.shed[RouteTotals.ofShed(priority, audit)];
        if (count > 0) {
            String mode = audit ? "audit" : "enforce";
            into.add(
                    new Point(
                            List.of(key.service(), key.route(), priority.word(), mode),
                            count,
                            List.of()));
        }
    }
}
