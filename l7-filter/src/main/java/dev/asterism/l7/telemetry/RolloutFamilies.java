package dev.asterism.l7.telemetry;

import dev.asterism.l7.proxy.Service;
import dev.asterism.l7.rollout.Rollout;
import dev.asterism.l7.rollout.RolloutSpec;
import dev.asterism.l7.rollout.RolloutState.Phase;
import dev.asterism.l7.route.RouteRollout;
import dev.asterism.l7.telemetry.MetricFamily.Kind;
import dev.asterism.l7.telemetry.MetricFamily.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** How far roll-outs are. */
final class RolloutFamilies {

    private static final List<String> LABELS = List.of("service", "route", "pool");

    private RolloutFamilies() {}

    static List<MetricFamily> of(List<Service> services) {
        return List.of(
                new MetricFamily(
                        "mesh_l7_rollout_share",
                        Kind.GAUGE,
                        "Share of a route's requests that its roll-out gives to the pool, 0 to 1",
                        LABELS,
                        points(services, each -> each.share() / (double) RolloutSpec.ALL)),
                new MetricFamily(
                        "mesh_l7_rollout_stopped",
                        Kind.GAUGE,
                        "1 for a roll-out that has stopped by itself, as the pool's answers were bad or slow",
                        LABELS,
                        points(services, each -> each.state().phase() == Phase.STOPPED ? 1 : 0)));
    }

    private static List<Point> points(List<Service> services, ToDoubleFunction<Rollout> value) {
        List<Point> points = new ArrayList<>();
        for (Service service : services) {
            for (RouteRollout one : service.routes().rollouts()) {
                String pool = one.rollout().spec().pool();
                points.add(
                        new Point(
                                List.of(service.name(), one.route(), pool),
                                value.applyAsDouble(one.rollout()),
                                List.of()));
            }
        }
        return points;
    }
}
