/**
 * A new version that gets more and more of a route's requests: {@link dev.asterism.l7.rollout.RolloutSpec} is what a
 * file says, {@link dev.asterism.l7.rollout.Rollout} what has become of it. Pure; time is a parameter.
 */
@NullMarked
package dev.asterism.l7.rollout;

import org.jspecify.annotations.NullMarked;
