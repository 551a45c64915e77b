/**
 * A request's way through the filter: the {@link dev.asterism.l7.proxy.Dispatcher} of a loop takes it, asks route,
 * rules and limits of the {@link dev.asterism.l7.proxy.FilterSnapshot} at hand, sends it to an endpoint, and again when
 * that is safe. Pure. Snapshots are immutable; everything else belongs to one loop's thread.
 */
@NullMarked
package dev.asterism.l7.proxy;

import org.jspecify.annotations.NullMarked;
