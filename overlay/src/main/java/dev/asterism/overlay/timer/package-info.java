/**
 * Deadlines of the control plane, under the time its caller passes in. One thread.
 */
@NullMarked
package dev.asterism.overlay.timer;

import org.jspecify.annotations.NullMarked;
