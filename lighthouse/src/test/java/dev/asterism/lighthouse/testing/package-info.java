/** Fakes of discovery's ports and a builder of settings; tests only. */
@NullMarked
package dev.asterism.lighthouse.testing;

import org.jspecify.annotations.NullMarked;
