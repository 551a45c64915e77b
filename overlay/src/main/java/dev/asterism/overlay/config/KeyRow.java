package dev.asterism.overlay.config;

import dev.asterism.overlay.text.GoDuration;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * One row of {@link KnownKeys}.
 *
 * @param path dotted, with {@code []} and {@code *}
 * @param type as {@link KnownKeys} explains it; empty for keys of older versions
 * @param since first version of Nebula that read it, or the versions that did; {@code own} for keys of Asterism
 * @param byDefault as people write it, in parentheses when it is no value; may be empty
 * @param harmless further texts of values that change nothing, when the key has no effect here
 * @param switchedBy path of the key that switches this one on; empty for none
 * @param note a sentence without a full stop; may be empty
 */
record KeyRow(
        String path,
        String type,
        Status status,
        String since,
        Change change,
        String byDefault,
        List<String> harmless,
        String switchedBy,
        String note) {

    private static final String INT = "int ";
    private static final String RANGE = "..";

    enum Status {
        SUPPORTED,
        NOT_YET,
        /** Read by older versions of Nebula; ignoring it is safe. */
        GONE,
        /** Read by older versions of Nebula; without it the file does less than it says. */
        GONE_IN_DOUBT
    }

    /** When a changed value takes effect. */
    enum Change {
        RELOAD,
        /** With a reload, but tunnels that exist stay as they are. */
        NEW_TUNNELS,
        RESTART
    }

    static KeyRow supported(String[] columns) {
        Change change =
                switch (columns[3]) {
                    case "reload" -> Change.RELOAD;
                    case "new tunnels" -> Change.NEW_TUNNELS;
                    case "restart" -> Change.RESTART;
                    default -> throw new IllegalStateException(columns[0] + ": " + columns[3]);
                };
        return new KeyRow(
                columns[0],
                columns[1],
                Status.SUPPORTED,
                columns[2],
                change,
                columns[4],
                List.of(),
                "",
                columns[5]);
    }

    /** Columns as {@link FilterKeys} has them. */
    static KeyRow ofFilter(String[] columns) {
        return new KeyRow(
                columns[0],
                columns[1],
                Status.SUPPORTED,
                "own",
                Change.RELOAD,
                columns[2],
                List.of(),
                "",
                columns[3]);
    }

    static KeyRow notYet(String[] columns) {
        List<String> harmless =
                columns[4].isEmpty() ? List.of() : Arrays.asList(columns[4].split(" ", -1));
        return new KeyRow(
                columns[0],
                columns[1],
                Status.NOT_YET,
                columns[2],
                Change.RELOAD,
                columns[3],
                harmless,
                columns[5],
                "");
    }

    static KeyRow gone(String[] columns) {
        return new KeyRow(
                columns[0],
                "",
                columns[2].equals("doubt") ? Status.GONE_IN_DOUBT : Status.GONE,
                columns[1],
                Change.RELOAD,
                "",
                List.of(),
                "",
                columns[3]);
    }

    boolean isReadAtStart() {
        return change == Change.RESTART;
    }

    /** Whether the default is a value, and not words that say what holds without one. */
    boolean hasDefault() {
        return !byDefault.isEmpty() && byDefault.charAt(0) != '(';
    }

    /** The default, or the words that stand for it. */
    String saidByDefault() {
        return hasDefault() || byDefault.isEmpty()
                ? byDefault
                : byDefault.substring(1, byDefault.length() - 1);
    }

    /** Empty where the default is no value. */
    String textByDefault() {
        return hasDefault() ? byDefault : "";
    }

    boolean flagByDefault() {
        return Objects.requireNonNull(Scalars.bool(byDefault), path);
    }

    long numberByDefault() {
        return Objects.requireNonNull(Scalars.number(byDefault), path);
    }

    Duration durationByDefault() {
        return Objects.requireNonNull(GoDuration.parse(byDefault), path);
    }

    /** Whether it is a whole number of seconds. */
    boolean isSeconds() {
        return type.equals("seconds");
    }

    /** Least value of an {@code int}. */
    long least() {
        return Long.parseLong(type, INT.length(), type.indexOf(RANGE), 10);
    }

    /** Largest value of an {@code int}. */
    int most() {
        return Integer.parseInt(type, type.indexOf(RANGE) + RANGE.length(), type.length(), 10);
    }
}
