package dev.asterism.overlay.firewall;

import dev.asterism.overlay.config.SourcePosition;

/**
 * Why a rule cannot be compiled.
 *
 * @param message complete, with table and number: {@code firewall.inbound rule #0; …}
 */
public record RuleProblem(SourcePosition position, String message) {}
