/**
 * The HTTP filter of the agent: routing, retries with budgets, circuit breaking and metrics by verified peer identity.
 * It stands on no other module; the agent adapts identities and configuration to it.
 */
@NullMarked
package dev.asterism.l7;

import org.jspecify.annotations.NullMarked;
