/**
 * Parts of the agent that run beside the node: {@link dev.asterism.agent.service.AgentService},
 * their ordered list, and how they ask the control plane. Below {@code app}, which assembles them,
 * so that each service can have a package of its own.
 */
@NullMarked
package dev.asterism.agent.service;

import org.jspecify.annotations.NullMarked;
