package dev.asterism.overlay.config;

/** What to do about a key that neither Nebula nor Asterism knows. */
public enum UnknownKeys {
    /** Refuse the configuration. */
    REFUSE,
    /** Load it and say so; for files shared with other software. */
    REPORT
}
