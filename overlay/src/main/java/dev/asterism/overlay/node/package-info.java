/**
 * A whole node: its control plane, and the wiring of control plane and lanes. {@link
 * dev.asterism.overlay.node.Node} starts no thread; its duty cycles are driven by the agent or by
 * the simulator.
 */
@NullMarked
package dev.asterism.overlay.node;

import org.jspecify.annotations.NullMarked;
