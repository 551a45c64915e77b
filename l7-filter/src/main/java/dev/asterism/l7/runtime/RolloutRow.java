package dev.asterism.l7.runtime;

import dev.asterism.l7.proxy.FilterSnapshot;
import dev.asterism.l7.proxy.Service;
import dev.asterism.l7.rollout.Rollout;
import dev.asterism.l7.rollout.RolloutState;
import dev.asterism.l7.rollout.StepFigures;
import dev.asterism.l7.route.RouteRollout;
import java.util.ArrayList;
import java.util.List;

/**
 * How far a roll-out is at a moment.
 *
 * @param tenThousandths share of the requests
 * @param steps how many there are
 * @param figures of the step at hand
 * @param nextMillis to the next step, if the answers stay good
 * @param text all of it in one sentence
 */
public record RolloutRow(
        String service,
        String route,
        String pool,
        RolloutState state,
        int tenThousandths,
        int steps,
        StepFigures figures,
        long nextMillis,
        String source,
        String text) {

    static List<RolloutRow> of(FilterSnapshot snapshot, long nowMillis) {
        List<RolloutRow> rows = new ArrayList<>();
        for (Service service : snapshot.services()) {
            for (RouteRollout one : service.routes().rollouts()) {
                rows.add(of(service.name(), one.route(), one.rollout(), nowMillis));
            }
        }
        return rows;
    }

    private static RolloutRow of(String service, String route, Rollout of, long nowMillis) {
        return new RolloutRow(
                service,
                route,
                of.spec().pool(),
                of.state(),
                of.share(),
                of.spec().steps().size(),
                of.figures(),
                of.nextMillis(nowMillis),
                of.spec().source(),
                RolloutText.of(of, nowMillis));
    }
}
