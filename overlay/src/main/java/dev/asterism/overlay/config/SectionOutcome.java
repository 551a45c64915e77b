package dev.asterism.overlay.config;

import java.util.List;

/**
 * What reading one section by itself came to.
 *
 * @param value with defaults in place of what {@code problems} are about
 * @param problems why such a configuration would be refused, all at once; may be empty
 */
public record SectionOutcome<T>(T value, List<Diagnostic> problems, List<Diagnostic> notices) {}
