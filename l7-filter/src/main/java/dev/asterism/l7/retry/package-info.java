/**
 * When a request is sent again: {@link dev.asterism.l7.retry.RetryPolicy} and {@link
 * dev.asterism.l7.retry.TimeoutPolicy} are what a file says. Pure; time and randomness are parameters. Policies are
 * immutable and safe on any thread, a {@link dev.asterism.l7.retry.RetryBudget} is shared by all loops, everything
 * else belongs to one.
 */
@NullMarked
package dev.asterism.l7.retry;

import org.jspecify.annotations.NullMarked;
