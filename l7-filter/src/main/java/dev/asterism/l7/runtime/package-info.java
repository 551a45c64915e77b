/**
 * The filter as a whole: {@link dev.asterism.l7.runtime.FilterRuntime} has the loops with all that belongs to each,
 * opens listeners, hands over configurations and endpoints, and ends in order. The only package besides {@code
 * transport} that knows of sockets; its callers see no Netty.
 */
@NullMarked
package dev.asterism.l7.runtime;

import org.jspecify.annotations.NullMarked;
