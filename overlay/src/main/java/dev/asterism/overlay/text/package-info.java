/**
 * Words as people write them.
 */
@NullMarked
package dev.asterism.overlay.text;

import org.jspecify.annotations.NullMarked;
