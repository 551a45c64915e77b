/**
 * Segmentation (GSO), coalescing (GRO) and unfinished checksums of IP packets, over memory that the caller owns. No
 * state beyond one batch; instances belong to one thread.
 */
@NullMarked
package dev.asterism.overlay.packet.gso;

import org.jspecify.annotations.NullMarked;
