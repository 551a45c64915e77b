package dev.asterism.agent.app;

import dev.asterism.overlay.config.ConfigProblem;
import dev.asterism.overlay.firewall.RuleSet;
import dev.asterism.overlay.node.NodeSnapshot;
import java.util.List;

/** What the files of a node came to. */
sealed interface NodeInputs {

    /**
     * Complete and checked; nothing has been opened or changed.
     *
     * @param notices worth telling, no reason to refuse
     */
    record Loaded(NodeSnapshot snapshot, RuleSet rules, List<ConfigProblem> notices)
            implements NodeInputs {}

    record Refused(List<ConfigProblem> problems, List<ConfigProblem> notices)
            implements NodeInputs {}
}
