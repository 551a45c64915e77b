package dev.asterism.overlay.firewall;

import dev.asterism.overlay.config.FirewallRule;
import dev.asterism.overlay.config.SourcePosition;

/**
 * The rule that admits a flow.
 *
 * @param number of the rule in its table, from 0
 * @param rule as configured
 */
public record RuleMatch(Direction direction, int number, FirewallRule rule) {

    public SourcePosition position() {
        return rule.position();
    }

    /** {@code firewall.inbound rule #0}. */
    public String label() {
        return CompiledRule.tableName(direction) + " rule #" + number;
    }
}
