/** SHA-256, and the door through which a native library calculates it. */
@NullMarked
package dev.asterism.overlay.hash;

import org.jspecify.annotations.NullMarked;
