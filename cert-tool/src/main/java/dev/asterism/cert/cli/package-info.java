/**
 * {@code asterism-cert}: one class per mode, flags and messages as nebula-cert's (spec certificates.md 7), and modes of
 * our own (docs/certificates.md). Flags are read in Go's syntax, see {@link
 * dev.asterism.cert.cli.GoFlags}. A run is one thread but for {@code issue}. Nebula: {@code cmd/nebula-cert}.
 */
@NullMarked
package dev.asterism.cert.cli;

import org.jspecify.annotations.NullMarked;
