package dev.asterism.agent.config;

import dev.asterism.overlay.config.ConfigProblem;
import java.util.List;

/** What reading the files of {@code pki} came to. */
public sealed interface PkiOutcome {

    record Loaded(PkiMaterial material) implements PkiOutcome {}

    /**
     * @param problems never empty
     */
    record Refused(List<ConfigProblem> problems) implements PkiOutcome {}
}
