package dev.asterism.l7.runtime;

import dev.asterism.l7.proxy.FilterSnapshot;
import dev.asterism.l7.proxy.Service;
import dev.asterism.l7.rollout.Rollout;
import dev.asterism.l7.rollout.RolloutState;
import dev.asterism.l7.rollout.StepFigures;
import dev.asterism.l7.route.RouteRollout;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Looks at roll-outs once a second, and tells what becomes of them. One thread after {@link #restore}. */
final class RolloutWatch {

    private static final StepFigures NONE = new StepFigures(0, 1, 0);

    private final RolloutKeeper keeper;
    private final Set<String> known = new HashSet<>();

    RolloutWatch(RolloutKeeper keeper) {
        this.keeper = keeper;
    }

    /** Those of the first configuration go on where an earlier process was. */
    void restore(FilterSnapshot first, long nowMillis) {
        Map<String, RolloutState> saved = keeper.saved();
        for (Service service : first.services()) {
            for (RouteRollout one : service.routes().rollouts()) {
                RolloutState state = saved.get(one.rollout().key());
                if (state != null) {
                    one.rollout().restore(state, nowMillis);
                }
            }
        }
    }

    void tick(FilterSnapshot of, long nowMillis) {
        Set<String> there = new HashSet<>();
        for (Service service : of.services()) {
            for (RouteRollout one : service.routes().rollouts()) {
                if (there.add(one.rollout().key())) {
                    StepFigures figures = one.rollout().tick(nowMillis);
                    boolean begins = known.add(one.rollout().key());
                    if (figures != null || begins) {
                        tell(service, one, figures == null ? NONE : figures, of);
                    }
                }
            }
        }
        known.retainAll(there);
    }

    private void tell(
            Service service, RouteRollout changed, StepFigures figures, FilterSnapshot of) {
        Map<String, RolloutState> all = new LinkedHashMap<>();
        for (Service each : of.services()) {
            for (RouteRollout one : each.routes().rollouts()) {
                all.put(one.rollout().key(), one.rollout().state());
            }
        }
        Rollout rollout = changed.rollout();
        keeper.changed(
                new RolloutChange(
                        service.name(), changed.route(), rollout.spec(), rollout.state(), figures),
                all);
    }
}
