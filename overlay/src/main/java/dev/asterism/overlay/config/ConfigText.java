package dev.asterism.overlay.config;

/**
 * One configuration file, read.
 *
 * @param file name for messages
 * @param text YAML
 */
public record ConfigText(String file, String text) {}
