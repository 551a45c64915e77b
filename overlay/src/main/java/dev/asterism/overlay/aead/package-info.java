/**
 * Transport ciphers: {@link dev.asterism.overlay.aead.AeadProvider} makes keys (shared) and contexts (one per thread).
 */
@NullMarked
package dev.asterism.overlay.aead;

import org.jspecify.annotations.NullMarked;
