package dev.asterism.overlay.config;

/**
 * What to do about a key that neither Nebula nor Asterism knows, and about a value that Nebula starts with though it
 * cannot read it.
 */
public enum Strictness {
    /** Refuse the configuration. */
    REFUSE,
    /** Say so and load it, with the value that Nebula takes. */
    REPORT
}
