/**
 * Names and interfaces of this machine: blocking edges on virtual threads.
 */
@NullMarked
package dev.asterism.agent.net;

import org.jspecify.annotations.NullMarked;
