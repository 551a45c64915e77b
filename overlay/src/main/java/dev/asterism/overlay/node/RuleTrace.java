package dev.asterism.overlay.node;

import dev.asterism.overlay.config.FirewallRule;
import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.firewall.RuleSet;
import dev.asterism.overlay.firewall.Verdict;
import dev.asterism.overlay.lane.ControlCommand;
import java.util.List;

/** Names the rules that did not admit a packet, by file and line. */
final class RuleTrace {

    private static final int MAX_NAMED = 8;

    private RuleTrace() {}

    static String describe(RuleSet rules, ControlCommand.PacketDropped dropped) {
        if (dropped.verdict() != Verdict.DROP_NO_RULE) {
            return "not evaluated (dropped before the rules)";
        }
        List<FirewallRule> asked =
                dropped.direction() == Direction.INBOUND
                        ? rules.section().inbound()
                        : rules.section().outbound();
        if (asked.isEmpty()) {
            return "no rule: everything is denied";
        }
        return dropped.flow().fragment
                ? "a fragment without ports: only a rule with 'port: fragment' or 'port: any' can"
                        + " admit it; "
                        + list(asked)
                : list(asked);
    }

    private static String list(List<FirewallRule> asked) {
        StringBuilder text =
                new StringBuilder("no rule matched; checked ").append(asked.size()).append(':');
        for (int i = 0; i < Math.min(MAX_NAMED, asked.size()); i++) {
            FirewallRule rule = asked.get(i);
            text.append(' ')
                    .append(rule.position().file())
                    .append(':')
                    .append(rule.position().line());
            text.append(" (").append(rule.protocol()).append(' ').append(rule.ports()).append(')');
        }
        if (asked.size() > MAX_NAMED) {
            text.append(" …");
        }
        return text.toString();
    }
}
