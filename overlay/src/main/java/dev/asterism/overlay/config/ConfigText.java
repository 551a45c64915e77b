package dev.asterism.overlay.config;

/**
 * One configuration file, read.
 *
 * @param file name for messages
 * @param text YAML
 */
public record ConfigText(String file, String text) {

    /** Without the text, as it may hold a private key. */
    @Override
    public String toString() {
        return file;
    }
}
