/** Rules about the shape of the code, shared by the {@code ArchitectureTest} of each module. */
@NullMarked
package dev.asterism.arch;

import org.jspecify.annotations.NullMarked;
