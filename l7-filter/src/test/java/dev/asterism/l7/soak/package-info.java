/** Everything at once against the whole filter, and what is left of it. */
@NullMarked
package dev.asterism.l7.soak;

import org.jspecify.annotations.NullMarked;
