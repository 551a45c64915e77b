/**
 * The L7 filter inside the agent: how peers' and applications' connections reach it, and the service that runs it.
 * Main thread, unless a type says otherwise.
 */
@NullMarked
package dev.asterism.agent.l7;

import org.jspecify.annotations.NullMarked;
