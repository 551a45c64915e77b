/**
 * The doors of a node: batches, ports, time and randomness, all handed in by the caller. Batches
 * and port instances belong to one thread.
 */
@NullMarked
package dev.asterism.overlay.io;

import org.jspecify.annotations.NullMarked;
