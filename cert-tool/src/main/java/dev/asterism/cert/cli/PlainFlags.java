package dev.asterism.cert.cli;

import java.util.List;
import java.util.Map;

/**
 * Takes command lines that need no judgement: nothing but known flags with good values. Any other goes to picocli's
 * parser, whose loading doubles the time of a call (ADR 0040); so this says nothing and knows no message.
 */
final class PlainFlags {

    private PlainFlags() {}

    /** False when anything else stands there; the flags before it are set then, as the parser sets them again. */
    static boolean take(Map<String, Flag> flags, List<String> words) {
        int at = 0;
        while (at < words.size()) {
            String word = words.get(at++);
            if (!word.startsWith("-")) {
                return false;
            }
            String rest = word.substring(word.startsWith("--") ? 2 : 1);
            int equals = rest.indexOf('=');
            Flag flag = flags.get(equals < 0 ? rest : rest.substring(0, equals));
            if (flag == null) {
                return false;
            }
            String value = equals < 0 ? flag.implied() : rest.substring(equals + 1);
            if (value == null) {
                if (at == words.size()) {
                    return false;
                }
                value = words.get(at++);
            }
            try {
                flag.set(value);
            } catch (BadFlag _) {
                return false;
            }
        }
        return true;
    }
}
