package dev.asterism.agent.service;

import java.time.Instant;
import java.util.List;

/**
 * What a reload did.
 *
 * @param applied whether the new configuration is in force; otherwise the old one stays, whole
 * @param changed keys that differ from before and are in force now
 * @param restart keys that differ and take effect with a restart only
 * @param problems why it was refused, each with file and line where there is one
 * @param warnings of the files read
 */
public record ReloadReport(
        Instant at,
        boolean applied,
        List<String> changed,
        List<String> restart,
        List<String> problems,
        List<String> warnings) {}
