package dev.asterism.overlay.config;

/**
 * Where in the configuration something stands.
 *
 * @param line from 1; 0 when the whole file is meant
 * @param column from 1
 */
public record SourcePosition(String file, int line, int column) {

    @Override
    public String toString() {
        return line == 0 ? file : file + ":" + line + ":" + column;
    }
}
