/**
 * The command line of {@code asterism}.
 */
@NullMarked
package dev.asterism.agent.cli;

import org.jspecify.annotations.NullMarked;
