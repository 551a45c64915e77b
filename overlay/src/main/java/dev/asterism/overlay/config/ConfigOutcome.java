package dev.asterism.overlay.config;

import java.util.List;

/** What reading a configuration came to. */
public sealed interface ConfigOutcome {

    /** Worth saying but no reason to refuse: old keys, keys without effect, skipped entries. */
    List<Diagnostic> notices();

    /** Everything could be read. */
    record Loaded(OverlayConfig config, List<Diagnostic> notices, SourceMap origins)
            implements ConfigOutcome {}

    /**
     * @param problems all of them at once, never empty
     */
    record Refused(List<Diagnostic> problems, List<Diagnostic> notices) implements ConfigOutcome {}
}
