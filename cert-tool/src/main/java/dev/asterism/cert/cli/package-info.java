/**
 * {@code asterism-cert}: one class per mode, flags and messages as nebula-cert's (spec certificates.md
 * 7). Flags are read by {@link dev.asterism.cert.cli.GoFlags}, in Go's flag syntax and without a library (ADR 0014).
 * One run is one thread. Nebula: {@code cmd/nebula-cert}.
 */
@NullMarked
package dev.asterism.cert.cli;

import org.jspecify.annotations.NullMarked;
