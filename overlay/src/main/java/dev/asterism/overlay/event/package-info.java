/**
 * What the engine tells people and tests: {@link dev.asterism.overlay.event.MeshEvent}.
 */
@NullMarked
package dev.asterism.overlay.event;

import org.jspecify.annotations.NullMarked;
