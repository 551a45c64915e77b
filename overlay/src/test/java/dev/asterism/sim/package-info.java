/**
 * A deterministic internet for tests: virtual time, hosts behind NATs, lossy links, and checks
 * after every event. Entry type: {@link dev.asterism.sim.SimMesh}. The same seed gives the same
 * trace, byte for byte. One thread; nothing here reads a real clock.
 *
 * <p>Nodes are plugged in through {@link dev.asterism.sim.SimNodeFactory}, so this package knows
 * ports and duty cycles, not the engine.
 */
@NullMarked
package dev.asterism.sim;

import org.jspecify.annotations.NullMarked;
