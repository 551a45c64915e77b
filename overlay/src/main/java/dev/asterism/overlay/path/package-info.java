/**
 * Candidate underlay addresses of peers and what may be learned about them (spec wire.md 9.6, behaviour.md 3).
 */
@NullMarked
package dev.asterism.overlay.path;

import org.jspecify.annotations.NullMarked;
