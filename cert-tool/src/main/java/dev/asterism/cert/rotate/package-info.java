/**
 * Changing a mesh from one CA to another in steps of which none cuts a host off (docs/certificates.md): how far each
 * host is, and the file that keeps it.
 */
@NullMarked
package dev.asterism.cert.rotate;

import org.jspecify.annotations.NullMarked;
