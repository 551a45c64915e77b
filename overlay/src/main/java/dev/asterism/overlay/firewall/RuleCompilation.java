package dev.asterism.overlay.firewall;

import java.util.List;

/** What {@link RuleCompiler} made of the configured rules. */
public sealed interface RuleCompilation {

    List<RuleWarning> warnings();

    record Compiled(RuleSet rules, List<RuleWarning> warnings) implements RuleCompilation {}

    /**
     * @param problems all of them, in the order of the rules; never empty
     */
    record Refused(List<RuleProblem> problems, List<RuleWarning> warnings)
            implements RuleCompilation {}
}
