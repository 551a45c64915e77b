/**
 * Which endpoints are ejected: {@link dev.asterism.l7.breaker.BreakerPolicy} is what a file says, a {@link
 * dev.asterism.l7.breaker.Breaker} watches one endpoint on one loop, and what it decides is an {@link
 * dev.asterism.l7.breaker.Ejection}, which all loops share. Pure; time and randomness are parameters.
 */
@NullMarked
package dev.asterism.l7.breaker;

import org.jspecify.annotations.NullMarked;
