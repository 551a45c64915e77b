/**
 * IP packets: parsing, checksums, reject packets. Static functions over (segment, offset).
 */
@NullMarked
package dev.asterism.overlay.packet;

import org.jspecify.annotations.NullMarked;
