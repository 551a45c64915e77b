package dev.asterism.agent.config;

import dev.asterism.overlay.config.Diagnostic;
import dev.asterism.overlay.node.PkiMaterial;
import java.util.List;

/** What reading the files of {@code pki} came to. */
public sealed interface PkiOutcome {

    /**
     * @param notices worth telling, no reason to refuse
     */
    record Loaded(PkiMaterial material, List<Diagnostic> notices) implements PkiOutcome {}

    /**
     * @param problems never empty
     */
    record Refused(List<Diagnostic> problems) implements PkiOutcome {}
}
