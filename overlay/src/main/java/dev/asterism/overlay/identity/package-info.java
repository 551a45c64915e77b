/**
 * Warns before a certificate that this node needs expires: its own or a CA. Control plane's thread.
 */
@NullMarked
package dev.asterism.overlay.identity;

import org.jspecify.annotations.NullMarked;
