package dev.asterism.overlay.firewall;

import dev.asterism.overlay.packet.FlowKey;

/**
 * A flow of the connection table, as it stood.
 *
 * @param flow a copy
 * @param origin direction of the packet that a rule admitted
 * @param seenNanos when a packet of it passed last, either way; a run of packets is noticed once a second
 */
public record TrackedFlow(FlowKey flow, Direction origin, long seenNanos) {}
