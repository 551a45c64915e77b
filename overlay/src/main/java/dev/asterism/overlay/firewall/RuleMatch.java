package dev.asterism.overlay.firewall;

import dev.asterism.overlay.config.OverlayConfig.RuleText;
import dev.asterism.overlay.config.SourcePosition;

/**
 * The rule that admits a flow.
 *
 * @param number of the rule in its table, from 0
 * @param text the rule as written
 */
public record RuleMatch(Direction direction, int number, RuleText text) {

    public SourcePosition position() {
        return text.position();
    }

    /** {@code firewall.inbound rule #0}. */
    public String label() {
        return CompiledRule.tableName(direction) + " rule #" + number;
    }
}
