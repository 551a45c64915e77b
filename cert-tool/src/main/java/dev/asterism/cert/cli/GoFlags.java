package dev.asterism.cert.cli;

import dev.asterism.overlay.text.NearestWord;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The flags of one mode, read in Go's syntax (spec certificates.md 7): {@code -x v}, {@code --x v}, {@code
 * -x=v}, the first complaint ends it, the first word that is no flag ends it, help wins where it stands.
 */
final class GoFlags {

    /** Returned in place of an index when {@code -h} or {@code -help} stood there. */
    static final int HELP = -1;

    private final Map<String, Flag> byName = new TreeMap<>();

    Flag.Text text(String name, String initial, String description) {
        return add(new Flag.Text(name, initial, description));
    }

    Flag.Uint uint(String name, long initial, String description) {
        return add(new Flag.Uint(name, initial, description));
    }

    Flag.TimeSpan duration(String name, Duration initial, String description) {
        return add(new Flag.TimeSpan(name, initial, description));
    }

    Flag.Switch flag(String name, String description) {
        return add(new Flag.Switch(name, description));
    }

    private <F extends Flag> F add(F flag) {
        byName.put(flag.name(), flag);
        return flag;
    }

    /** In the order of their names. */
    Collection<Flag> all() {
        return byName.values();
    }

    /** Sets the flags; the index of the first word that is none, or {@link #HELP}. */
    int parse(List<String> args) throws BadFlag {
        int at = 0;
        while (at < args.size()) {
            String word = args.get(at);
            if (word.length() < 2 || word.charAt(0) != '-') {
                return at;
            }
            at++;
            if (word.equals("--")) {
                return at;
            }
            String name = nameIn(word);
            Flag flag = byName.get(name);
            if (flag == null) {
                if (name.equals("h") || name.equals("help")) {
                    return HELP;
                }
                throw new BadFlag("flag provided but not defined: -" + name, nearest(name));
            }
            String value = attachedValue(word);
            if (value == null) {
                value = flag.implied();
            }
            if (value == null) {
                value = at < args.size() ? args.get(at++) : null;
            }
            if (value == null) {
                throw new BadFlag("flag needs an argument: -" + name, "");
            }
            flag.set(value);
        }
        return at;
    }

    private String nearest(String name) {
        String nearest = NearestWord.of(name, byName.keySet());
        return nearest.isEmpty() ? "" : "did you mean -" + nearest + "?";
    }

    private static String nameIn(String word) throws BadFlag {
        String name = word.substring(word.startsWith("--") ? 2 : 1);
        if (name.startsWith("-") || name.startsWith("=")) {
            throw new BadFlag("bad flag syntax: " + word, "");
        }
        int equals = name.indexOf('=');
        return equals < 0 ? name : name.substring(0, equals);
    }

    private static @Nullable String attachedValue(String word) {
        int equals = word.indexOf('=');
        return equals < 0 ? null : word.substring(equals + 1);
    }
}
