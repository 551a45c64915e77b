/**
 * Which endpoints rest: {@link dev.asterism.l7.breaker.BreakerPolicy} is what a file says, a {@link
 * dev.asterism.l7.breaker.Breaker} watches one endpoint. Pure; time and randomness are parameters. Belongs to one
 * loop, except the policy, which is immutable.
 */
@NullMarked
package dev.asterism.l7.breaker;

import org.jspecify.annotations.NullMarked;
