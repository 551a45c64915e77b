package dev.asterism.agent.config;

import dev.asterism.overlay.config.Diagnostic;
import dev.asterism.overlay.lane.NodeSnapshot;
import dev.asterism.overlay.revocation.RevocationBundle;
import dev.asterism.tun.aead.CipherProviders;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the files of a node came to. */
public sealed interface LoadedNode {

    /**
     * Complete and checked; nothing has been opened or changed.
     *
     * @param ciphers have passed their tests
     * @param bundle of {@code asterism.revocation.bundle}, verified; null when there is none that can be used
     * @param notices worth telling, no reason to refuse
     */
    record Loaded(
            NodeSnapshot snapshot,
            CipherProviders.Chosen ciphers,
            @Nullable RevocationBundle bundle,
            List<Diagnostic> notices)
            implements LoadedNode {}

    record Refused(List<Diagnostic> problems, List<Diagnostic> notices) implements LoadedNode {}
}
