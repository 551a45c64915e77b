/**
 * The training run of the start-up cache (JEP 483 and JEP 515): starts nodes on loopback and sends
 * traffic through them.
 */
@NullMarked
package dev.asterism.agent.training;

import org.jspecify.annotations.NullMarked;
