/**
 * {@code asterism-cert}: one class per mode, flags and messages as nebula-cert's (spec certificates.md
 * 7). picocli maps flags to fields; {@link dev.asterism.cert.cli.GoFlags} bends it to Go's flag syntax.
 * One run is one thread. Nebula: {@code cmd/nebula-cert}.
 */
@NullMarked
package dev.asterism.cert.cli;

import org.jspecify.annotations.NullMarked;
