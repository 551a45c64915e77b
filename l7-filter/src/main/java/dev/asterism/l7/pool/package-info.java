/**
 * Where a pool's endpoints come from: {@link dev.asterism.l7.pool.PoolSpec} is what a file says, {@link
 * dev.asterism.l7.pool.EndpointSet} what it means at the moment, {@link dev.asterism.l7.pool.Pool} one loop's members
 * with their connections, scores and breakers. Pure.
 */
@NullMarked
package dev.asterism.l7.pool;

import org.jspecify.annotations.NullMarked;
