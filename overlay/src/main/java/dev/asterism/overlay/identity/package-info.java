/**
 * Our own certificate and static key as the engine uses them. Immutable.
 */
@NullMarked
package dev.asterism.overlay.identity;

import org.jspecify.annotations.NullMarked;
