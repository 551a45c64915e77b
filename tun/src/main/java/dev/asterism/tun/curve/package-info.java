/**
 * Curve25519 by a native library: {@link dev.asterism.tun.curve.CurveProviders} gives only what has passed published
 * vectors.
 */
@NullMarked
package dev.asterism.tun.curve;

import org.jspecify.annotations.NullMarked;
