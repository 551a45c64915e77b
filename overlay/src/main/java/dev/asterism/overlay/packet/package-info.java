/**
 * IP packets where they lie, as functions over (segment, offset): parsing ({@link
 * dev.asterism.overlay.packet.IpPacket}), checksums, answers to refused packets, cutting
 * super-packets ({@link dev.asterism.overlay.packet.SegmentCursor}) and merging packets ({@link
 * dev.asterism.overlay.packet.Coalescer}). Static functions are safe on any thread; objects belong
 * to one lane. Nothing is allocated per packet, nothing is thrown. Nebula: {@code
 * firewall/packet.go}, {@code iputil}.
 */
@NullMarked
package dev.asterism.overlay.packet;

import org.jspecify.annotations.NullMarked;
