/**
 * The lighthouse message and its bytes (spec wire.md 9.1), and how it is sent. Control plane only.
 */
@NullMarked
package dev.asterism.lighthouse.wire;

import org.jspecify.annotations.NullMarked;
