/**
 * Sockets on Netty's event loop and epoll handler, without channels: the only package that sees Netty. Each loop has
 * listeners of its own (SO_REUSEPORT), so a client's connection and its upstream connections share a thread and
 * nothing is shared between loops.
 */
@NullMarked
package dev.asterism.l7.transport;

import org.jspecify.annotations.NullMarked;
