/**
 * Whole nodes, discovery included, on the simulated internet, and the scenarios they must survive (spec conformance.md A1). Entry type: {@link
 * dev.asterism.lighthouse.mesh.Mesh}.
 */
@NullMarked
package dev.asterism.lighthouse.mesh;

import org.jspecify.annotations.NullMarked;
