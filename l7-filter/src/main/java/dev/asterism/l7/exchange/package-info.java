/**
 * One request on its way and its two sides: {@link dev.asterism.l7.exchange.Downstream} is where the answer goes,
 * {@link dev.asterism.l7.exchange.Upstream} where the request goes. Any front goes with any upstream. Pure;
 * everything belongs to one loop's thread, which a client's connection and its upstream connections share.
 */
@NullMarked
package dev.asterism.l7.exchange;

import org.jspecify.annotations.NullMarked;
