/**
 * Whole nodes, discovery included, on the simulated internet, and the scenarios they must survive
 * (spec conformance.md A1). Those without discovery are in {@code dev.asterism.mesh}. Entry type:
 * {@link dev.asterism.lighthouse.mesh.LighthouseMesh}.
 */
@NullMarked
package dev.asterism.lighthouse.mesh;

import org.jspecify.annotations.NullMarked;
