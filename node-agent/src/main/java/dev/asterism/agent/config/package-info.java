/**
 * Reads configuration and key files from disk; what the texts mean is {@code overlay.config}'s part. Stateless, any
 * thread.
 */
@NullMarked
package dev.asterism.agent.config;

import org.jspecify.annotations.NullMarked;
