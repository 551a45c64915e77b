package dev.asterism.agent.log;

/** {@code key=value} pairs; values that hold more than plain characters are quoted and escaped. */
final class TextLineLayout extends LineLayout {

    TextLineLayout(boolean withTime) {
        super(withTime);
    }

    @Override
    void begin(StringBuilder line) {}

    @Override
    void key(StringBuilder line, String key, String value) {
        if (!line.isEmpty()) {
            line.append(' ');
        }
        line.append(key).append('=');
        if (isPlain(value)) {
            line.append(value);
        } else {
            Escapes.quote(line, value);
        }
    }

    private static boolean isPlain(String value) {
        return !value.isEmpty()
                && value.chars()
                        .allMatch(c -> c > ' ' && c != '"' && c != '=' && c != '\\' && c < 127);
    }

    @Override
    void end(StringBuilder line) {}
}
