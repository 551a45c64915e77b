/** Fakes of discovery's ports, a builder of settings, and what several tests assert; tests only. */
@NullMarked
package dev.asterism.lighthouse.testing;

import org.jspecify.annotations.NullMarked;
