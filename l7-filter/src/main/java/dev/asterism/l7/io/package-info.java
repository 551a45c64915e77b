/**
 * The seam between protocol machines and the transport: {@link dev.asterism.l7.io.Conn} is a connection without its
 * socket, {@link dev.asterism.l7.io.WireProtocol} what speaks on it, {@link dev.asterism.l7.io.Batch} what one event
 * loop owns. Pure: a test drives it with bytes and a clock of its own. Everything belongs to one loop's thread.
 *
 * <p>Four rules of buffers. Input is lent for the call; what is left over is copied to a buffer of the connection.
 * Output is sent at once from where it lies, or copied to the connection's pending output; nobody keeps a reference.
 * A buffer goes back to the pool when it is empty, so an idle connection owns none. Congestion is a pause of the
 * other side and never a growing queue.
 */
@NullMarked
package dev.asterism.l7.io;

import org.jspecify.annotations.NullMarked;
