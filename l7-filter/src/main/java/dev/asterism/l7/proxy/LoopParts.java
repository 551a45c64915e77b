package dev.asterism.l7.proxy;

import dev.asterism.l7.io.Batch;
import dev.asterism.l7.pool.EndpointFactory;
import java.util.function.LongSupplier;

/**
 * What a {@link Dispatcher} is made of; all of it belongs to one loop.
 *
 * @param endpoints opens connections on the loop
 * @param random evenly distributed over all longs, at each call
 * @param loops how many there are in the agent
 */
public record LoopParts(
        Batch batch,
        EndpointFactory endpoints,
        Observer observer,
        LongSupplier random,
        int loops) {}
