/**
 * The packet header and message types of the Nebula wire protocol (spec wire.md 1). Static
 * accessors over a segment, no objects per packet.
 */
@NullMarked
package dev.asterism.overlay.wire;

import org.jspecify.annotations.NullMarked;
