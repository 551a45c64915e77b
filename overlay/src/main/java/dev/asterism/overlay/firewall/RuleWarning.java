package dev.asterism.overlay.firewall;

import dev.asterism.overlay.config.SourcePosition;

/**
 * A rule that compiles but hardly means what it says.
 *
 * @param table {@code firewall.inbound} or {@code firewall.outbound}
 * @param number of the rule in its table, from 0
 */
public record RuleWarning(SourcePosition position, String table, int number, String message) {}
