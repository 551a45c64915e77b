/**
 * Making sessions: pending handshakes, initiator, responder and the budget that keeps strangers
 * cheap. Control plane only.
 */
@NullMarked
package dev.asterism.overlay.handshake;

import org.jspecify.annotations.NullMarked;
