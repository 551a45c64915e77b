/**
 * Rules over identities, connection tracking and verdicts (spec behaviour.md 4).
 */
@NullMarked
package dev.asterism.overlay.firewall;

import org.jspecify.annotations.NullMarked;
