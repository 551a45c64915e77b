/**
 * How much is let through: {@link dev.asterism.l7.limit.MaxPolicy} and {@link dev.asterism.l7.limit.RatePolicy} are
 * what a file says; counters and rates are shared by all loops without a lock. Pure; time is a parameter.
 */
@NullMarked
package dev.asterism.l7.limit;

import org.jspecify.annotations.NullMarked;
