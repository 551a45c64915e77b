/**
 * Writes events as log lines, as text or JSON. Any thread.
 */
@NullMarked
package dev.asterism.agent.log;

import org.jspecify.annotations.NullMarked;
