/**
 * Transport ciphers of native libraries: {@link dev.asterism.tun.aead.CipherProviders} tries what the machine has, the
 * fastest first, and gives only what has passed its known-answer tests.
 */
@NullMarked
package dev.asterism.tun.aead;

import org.jspecify.annotations.NullMarked;
