/**
 * Wiring: from configuration files to a running node, its threads, its reload and its end. Main thread unless said.
 */
@NullMarked
package dev.asterism.agent.app;

import org.jspecify.annotations.NullMarked;
