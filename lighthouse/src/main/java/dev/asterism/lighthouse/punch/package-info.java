/**
 * Hole punches that a lighthouse asks for. Control plane only.
 */
@NullMarked
package dev.asterism.lighthouse.punch;

import org.jspecify.annotations.NullMarked;
