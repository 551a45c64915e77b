package dev.asterism.l7.runtime;

import dev.asterism.l7.rollout.RolloutState;
import java.util.Map;

/** Remembers roll-outs for the time after this process, and tells people of them. Called on a thread of the runtime. */
public interface RolloutKeeper {

    /** Forgets everything. */
    RolloutKeeper NONE =
            new RolloutKeeper() {
                @Override
                public Map<String, RolloutState> saved() {
                    return Map.of();
                }

                @Override
                public void changed(RolloutChange change, Map<String, RolloutState> all) {}
            };

    /** What an earlier process has left, by {@link dev.asterism.l7.rollout.Rollout#key}. */
    Map<String, RolloutState> saved();

    /**
     * A roll-out has begun, gone on, stopped or ended.
     *
     * @param all of the configuration in force, by their keys; must not take long
     */
    void changed(RolloutChange change, Map<String, RolloutState> all);
}
