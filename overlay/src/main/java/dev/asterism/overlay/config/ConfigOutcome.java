package dev.asterism.overlay.config;

import java.util.List;

/** What reading a configuration came to. */
public sealed interface ConfigOutcome {

    /** Worth saying but no reason to refuse: old keys, keys without effect, skipped entries. */
    List<ConfigProblem> notices();

    /** Everything could be read. */
    record Loaded(OverlayConfig config, List<ConfigProblem> notices, ConfigOrigins origins)
            implements ConfigOutcome {}

    /**
     * @param problems all of them at once, never empty
     */
    record Refused(List<ConfigProblem> problems, List<ConfigProblem> notices)
            implements ConfigOutcome {}
}
