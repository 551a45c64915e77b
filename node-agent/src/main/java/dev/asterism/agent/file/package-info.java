/** Reads files that somebody else may have put in place of what is expected there. Any thread. */
@NullMarked
package dev.asterism.agent.file;

import org.jspecify.annotations.NullMarked;
