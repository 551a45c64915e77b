package dev.asterism.l7.runtime;

import dev.asterism.l7.proxy.FilterSnapshot;
import dev.asterism.l7.proxy.Service;
import dev.asterism.l7.rollout.Rollout;
import dev.asterism.l7.rollout.RolloutState;
import dev.asterism.l7.rollout.StepFigures;
import dev.asterism.l7.route.Route;
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
            for (Route route : service.routes().inFile()) {
                Rollout rollout = route.rollout();
                RolloutState state = rollout == null ? null : saved.get(rollout.key());
                if (rollout != null && state != null) {
                    rollout.restore(state, nowMillis);
                }
            }
        }
    }

    void tick(FilterSnapshot of, long nowMillis) {
        Set<String> there = new HashSet<>();
        for (Service service : of.services()) {
            for (Route route : service.routes().inFile()) {
                Rollout rollout = route.rollout();
                if (rollout != null && there.add(rollout.key())) {
                    StepFigures figures = rollout.tick(nowMillis);
                    boolean begins = known.add(rollout.key());
                    if (figures != null || begins) {
                        tell(service, route, rollout, figures == null ? NONE : figures, of);
                    }
                }
            }
        }
        known.retainAll(there);
    }

    private void tell(
            Service service, Route route, Rollout rollout, StepFigures figures, FilterSnapshot of) {
        Map<String, RolloutState> all = new LinkedHashMap<>();
        for (Service each : of.services()) {
            for (Route one : each.routes().inFile()) {
                if (one.rollout() != null) {
                    all.put(one.rollout().key(), one.rollout().state());
                }
            }
        }
        keeper.changed(
                new RolloutChange(
                        service.name(), route.name(), rollout.spec(), rollout.state(), figures),
                all);
    }
}
