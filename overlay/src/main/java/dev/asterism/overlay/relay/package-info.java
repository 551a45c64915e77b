/**
 * Relays (spec wire.md 8): entries on tunnels, the messages that make them, and which of them carries whose bytes.
 */
@NullMarked
package dev.asterism.overlay.relay;

import org.jspecify.annotations.NullMarked;
