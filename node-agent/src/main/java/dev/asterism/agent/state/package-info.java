/** What the agent keeps over a restart. */
@NullMarked
package dev.asterism.agent.state;

import org.jspecify.annotations.NullMarked;
