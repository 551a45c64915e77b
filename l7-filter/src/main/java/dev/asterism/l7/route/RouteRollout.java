package dev.asterism.l7.route;

import dev.asterism.l7.rollout.Rollout;

/**
 * A roll-out, and whose it is.
 *
 * @param route by name
 */
public record RouteRollout(String route, Rollout rollout) {}
