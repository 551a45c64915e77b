/**
 * Whole nodes on the simulated internet, and the scenarios of the engine that they must survive
 * (spec conformance.md A1). Peers are found by {@code static_host_map}; scenarios of discovery are
 * in the module {@code lighthouse}. Entry type: {@link dev.asterism.mesh.Mesh}.
 */
@NullMarked
package dev.asterism.mesh;

import org.jspecify.annotations.NullMarked;
