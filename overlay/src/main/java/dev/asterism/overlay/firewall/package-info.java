/**
 * Rules over identities, connection tracking and verdicts (spec behaviour.md 4). {@link
 * dev.asterism.overlay.firewall.RuleCompiler} makes a {@link
 * dev.asterism.overlay.firewall.RuleSet}; {@link dev.asterism.overlay.firewall.Firewall} judges by
 * it; a lane asks through its {@link dev.asterism.overlay.firewall.FlowCache}. Everything is
 * immutable but the firewall's tracked flows and counters, which any thread may use, and the flow
 * cache, which belongs to one lane. Nebula: {@code firewall.go}.
 */
@NullMarked
package dev.asterism.overlay.firewall;

import org.jspecify.annotations.NullMarked;
