package dev.asterism.agent.config;

import dev.asterism.overlay.config.Diagnostic;
import dev.asterism.overlay.lane.NodeSnapshot;
import dev.asterism.tun.aead.CipherProviders;
import java.util.List;

/** What the files of a node came to. */
public sealed interface LoadedNode {

    /**
     * Complete and checked; nothing has been opened or changed.
     *
     * @param ciphers have passed their tests
     * @param notices worth telling, no reason to refuse
     */
    record Loaded(NodeSnapshot snapshot, CipherProviders.Chosen ciphers, List<Diagnostic> notices)
            implements LoadedNode {}

    record Refused(List<Diagnostic> problems, List<Diagnostic> notices) implements LoadedNode {}
}
