package dev.asterism.cert.cli;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The flags of one mode in Go's syntax (spec certificates.md 7): {@code -x v}, {@code --x v}, {@code -x=v}, the first
 * complaint ends it, the first word that is no flag ends it, help wins where it stands. picocli's parser reads them,
 * but for plain lines ({@link PlainFlags}), and its generators make completions of the same flags.
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
    Map<String, Flag> byName() {
        return Collections.unmodifiableMap(byName);
    }

    /** In the order of their names. */
    Collection<Flag> all() {
        return byName.values();
    }

    /** Sets the flags; the index of the first word that is none, or {@link #HELP}. */
    int parse(List<String> args) throws BadFlag {
        return PlainFlags.take(byName, args) ? args.size() : WordReader.parse(byName, args);
    }
}
