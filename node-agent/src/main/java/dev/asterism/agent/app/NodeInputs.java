package dev.asterism.agent.app;

import dev.asterism.overlay.config.ConfigProblem;
import dev.asterism.overlay.firewall.RuleSet;
import dev.asterism.overlay.node.NodeSnapshot;
import dev.asterism.tun.aead.CipherProviders;
import java.util.List;

/** What the files of a node came to. */
sealed interface NodeInputs {

    /**
     * Complete and checked; nothing has been opened or changed.
     *
     * @param ciphers have passed their tests
     * @param notices worth telling, no reason to refuse
     */
    record Loaded(
            NodeSnapshot snapshot,
            RuleSet rules,
            CipherProviders.Chosen ciphers,
            List<ConfigProblem> notices)
            implements NodeInputs {}

    record Refused(List<ConfigProblem> problems, List<ConfigProblem> notices)
            implements NodeInputs {}
}
