/**
 * Established peers: sessions, replay windows, the tunnel table and its monitor. Written by the control plane only;
 * lanes read it.
 */
@NullMarked
package dev.asterism.overlay.tunnel;

import org.jspecify.annotations.NullMarked;
