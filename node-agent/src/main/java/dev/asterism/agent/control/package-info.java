/**
 * The control socket: a service by which programs of this machine ask and steer the agent
 * (docs/control.md). Entry type: {@link dev.asterism.agent.control.ControlSocket}. Knows the node
 * by its views only.
 */
@NullMarked
package dev.asterism.agent.control;

import org.jspecify.annotations.NullMarked;
