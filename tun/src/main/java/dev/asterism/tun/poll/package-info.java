/**
 * Threads that drive duty cycles: {@link dev.asterism.tun.poll.EventLoop} sleeps in ppoll until a
 * descriptor is ready, somebody wakes it, or a timer is due. Only wake and close may be called by
 * other threads.
 */
@NullMarked
package dev.asterism.tun.poll;

import org.jspecify.annotations.NullMarked;
