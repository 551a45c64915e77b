/**
 * Address values and longest-prefix match. Immutable values are safe on any thread; {@link
 * dev.asterism.overlay.net.PrefixTable} is not.
 */
@NullMarked
package dev.asterism.overlay.net;

import org.jspecify.annotations.NullMarked;
