package dev.asterism.agent.log;

/** One JSON object per line. */
final class JsonLineLayout extends LineLayout {

    JsonLineLayout(boolean withTime) {
        super(withTime);
    }

    @Override
    void begin(StringBuilder line) {
        line.append('{');
    }

    @Override
    void key(StringBuilder line, String key, String value) {
        if (line.length() > 1) {
            line.append(',');
        }
        Escapes.quote(line, key);
        line.append(':');
        Escapes.quote(line, value);
    }

    @Override
    void end(StringBuilder line) {
        line.append('}');
    }
}
