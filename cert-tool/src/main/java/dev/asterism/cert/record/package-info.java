/**
 * The record beside a CA of what it issued and what was revoked (docs/certificates.md, ADR 0040): lines of JSON that
 * are only ever appended, each with the digest of the one before.
 */
@NullMarked
package dev.asterism.cert.record;

import org.jspecify.annotations.NullMarked;
