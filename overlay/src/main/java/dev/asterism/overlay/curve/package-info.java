/**
 * Who calculates on Curve25519: the door through which a native library comes in
 * (docs/adr/0054-openssl-for-handshakes.md).
 */
@NullMarked
package dev.asterism.overlay.curve;

import org.jspecify.annotations.NullMarked;
