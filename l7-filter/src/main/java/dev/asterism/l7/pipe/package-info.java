/**
 * Connections that are not HTTP, or are not to be looked into: bytes both ways with a half-close carried over, counted
 * and timed. {@link dev.asterism.l7.pipe.TcpPipe} is one, a {@link dev.asterism.l7.pipe.PipeHandler} decides where it
 * goes. Pure; one loop's thread.
 */
@NullMarked
package dev.asterism.l7.pipe;

import org.jspecify.annotations.NullMarked;
