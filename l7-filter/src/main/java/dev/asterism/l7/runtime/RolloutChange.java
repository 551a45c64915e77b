package dev.asterism.l7.runtime;

import dev.asterism.l7.rollout.RolloutSpec;
import dev.asterism.l7.rollout.RolloutState;
import dev.asterism.l7.rollout.StepFigures;

/**
 * A roll-out is at another step, or has stopped or ended.
 *
 * @param route by name
 * @param figures that decided; those of the step before
 */
public record RolloutChange(
        String service, String route, RolloutSpec spec, RolloutState state, StepFigures figures) {}
