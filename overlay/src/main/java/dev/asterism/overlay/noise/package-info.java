/**
 * The Noise IX handshake: {@link dev.asterism.overlay.noise.IxHandshake} turns payloads into messages and back, bytes
 * in and bytes out, and ends in {@link dev.asterism.overlay.noise.SessionKeys}. Knows neither packets nor certificates.
 * Instances belong to one thread. Noise specification revision 34; Nebula counterpart: flynn/noise and {@code
 * handshake}.
 */
@NullMarked
package dev.asterism.overlay.noise;

import org.jspecify.annotations.NullMarked;
