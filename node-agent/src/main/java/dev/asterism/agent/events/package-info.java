/**
 * Events and log lines for people and machines. Any thread.
 */
@NullMarked
package dev.asterism.agent.events;

import org.jspecify.annotations.NullMarked;
