/**
 * Certificates, CA pool, PEM, signing (spec certificates.md). Values are immutable.
 */
@NullMarked
package dev.asterism.overlay.cert;

import org.jspecify.annotations.NullMarked;
