/**
 * What runs once per packet: the inbound and the outbound lane, each driven by one thread, and what they share with
 * the control plane: the {@link dev.asterism.overlay.lane.NodeSnapshot} they read and the {@link
 * dev.asterism.overlay.lane.CommandQueue} they write. No logging, no allocation for a packet of a known tunnel.
 */
@NullMarked
package dev.asterism.overlay.lane;

import org.jspecify.annotations.NullMarked;
