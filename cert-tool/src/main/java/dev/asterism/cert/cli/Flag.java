package dev.asterism.cert.cli;

import dev.asterism.overlay.text.GoDuration;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One flag of a mode: its name without dash, what help says of it, and its value, which is the
 * default until it was given. Plain objects, of which picocli's options are made, and not its annotations: reading
 * those took most of a call's time (ADR 0014).
 */
abstract sealed class Flag {

    private final String name;
    private final String description;

    private Flag(String name, String description) {
        this.name = name;
        this.description = description;
    }

    String name() {
        return name;
    }

    String description() {
        return description;
    }

    /** Of the value, as help names it; empty when the flag takes none. */
    abstract String type();

    /** What follows the description in help: the default, unless it is nothing. */
    abstract String initial();

    /** In place of a value that the command line does not have; null when it must have one. */
    @Nullable String implied() {
        return null;
    }

    abstract void set(String value) throws BadFlag;

    /** Text, a path or a list. */
    static final class Text extends Flag {

        private final String initial;
        private String value;

        Text(String name, String initial, String description) {
            super(name, description);
            this.initial = initial;
            value = initial;
        }

        String value() {
            return value;
        }

        @Override
        String type() {
            return "string";
        }

        @Override
        String initial() {
            return initial.isEmpty() ? "" : " (default \"" + initial + "\")";
        }

        @Override
        void set(String given) {
            value = given;
        }
    }

    /** A whole number of 64 bits without sign. */
    static final class Uint extends Flag {

        private final long initial;
        private long value;

        Uint(String name, long initial, String description) {
            super(name, description);
            this.initial = initial;
            value = initial;
        }

        long value() {
            return value;
        }

        @Override
        String type() {
            return "uint";
        }

        @Override
        String initial() {
            return initial == 0 ? "" : " (default " + initial + ")";
        }

        @Override
        void set(String given) throws BadFlag {
            boolean isHex = given.startsWith("0x") || given.startsWith("0X");
            String digits = isHex ? given.substring(2) : given;
            if (!isNumber(digits, isHex ? 16 : 10)) {
                throw BadFlag.invalid(name(), given, "parse error");
            }
            try {
                value = Long.parseUnsignedLong(digits, isHex ? 16 : 10);
            } catch (NumberFormatException _) {
                throw BadFlag.invalid(name(), given, "value out of range");
            }
        }

        private static boolean isNumber(String digits, int radix) {
            return !digits.isEmpty()
                    && digits.chars().allMatch(c -> c < 128 && Character.digit(c, radix) >= 0);
        }
    }

    /** A span of time in Go's syntax. */
    static final class TimeSpan extends Flag {

        private final Duration initial;
        private Duration value;

        TimeSpan(String name, Duration initial, String description) {
            super(name, description);
            this.initial = initial;
            value = initial;
        }

        Duration value() {
            return value;
        }

        @Override
        String type() {
            return "duration";
        }

        @Override
        String initial() {
            return initial.isPositive() ? " (default " + GoDuration.inHours(initial) + ")" : "";
        }

        @Override
        void set(String given) throws BadFlag {
            Duration parsed = GoDuration.parse(given);
            if (parsed == null) {
                throw BadFlag.invalid(name(), given, "parse error");
            }
            value = parsed;
        }
    }

    /** Given or not; {@code -x=false} takes it back. */
    static final class Switch extends Flag {

        private boolean value;

        Switch(String name, String description) {
            super(name, description);
        }

        boolean isSet() {
            return value;
        }

        @Override
        String type() {
            return "";
        }

        @Override
        String initial() {
            return "";
        }

        @Override
        String implied() {
            return "true";
        }

        @Override
        void set(String given) throws BadFlag {
            value =
                    switch (given) {
                        case "1", "t", "T", "true", "TRUE", "True" -> true;
                        case "0", "f", "F", "false", "FALSE", "False" -> false;
                        default ->
                                throw new BadFlag(
                                        "invalid boolean value \"%s\" for -%s: parse error"
                                                .formatted(given, name()),
                                        "");
                    };
        }
    }
}
