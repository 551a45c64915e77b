/**
 * The verbs of {@code asterism} that ask a running agent over its control socket. Entry type: {@link
 * dev.asterism.agent.client.ControlCommands}. Starts fast: no command line library, no logging, the JDK's own socket.
 */
@NullMarked
package dev.asterism.agent.client;

import org.jspecify.annotations.NullMarked;
