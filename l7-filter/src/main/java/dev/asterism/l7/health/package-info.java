/**
 * Whether an application of this node is well, asked once by this node's own filter: {@link
 * dev.asterism.l7.health.HealthPolicy} is what a file says, {@link dev.asterism.l7.health.HealthCheck} asks on a
 * loop, {@link dev.asterism.l7.health.HealthState} decides.
 */
@NullMarked
package dev.asterism.l7.health;

import org.jspecify.annotations.NullMarked;
