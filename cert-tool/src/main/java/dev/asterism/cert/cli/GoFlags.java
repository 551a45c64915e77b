package dev.asterism.cert.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Go's flag syntax over picocli's options (spec certificates.md 7): {@code -x v}, {@code --x v}, {@code
 * -x=v}, the first complaint ends it, the first word that is no flag ends it, help wins where it stands.
 * picocli's own parser goes on after an unknown flag and so complains about something else.
 */
final class GoFlags {

    /** Returned in place of an index when {@code -h} or {@code -help} stood there. */
    static final int HELP = -1;

    private GoFlags() {}

    /** What Go's flag package says. */
    static final class BadFlag extends Exception {
        private static final long serialVersionUID = 1L;

        BadFlag(String message) {
            super(message);
        }
    }

    /** Sets the options of {@code spec}; the index of the first word that is no flag, or {@link #HELP}. */
    static int parse(CommandSpec spec, List<String> args) throws BadFlag {
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
            OptionSpec option = spec.findOption("-" + name);
            if (option == null) {
                if (name.equals("h") || name.equals("help")) {
                    return HELP;
                }
                throw new BadFlag("flag provided but not defined: -" + name);
            }
            String value = attachedValue(word);
            if (value == null) {
                value = isBoolean(option) ? "true" : at < args.size() ? args.get(at++) : null;
            }
            if (value == null) {
                throw new BadFlag("flag needs an argument: -" + name);
            }
            set(option, name, value);
        }
        return at;
    }

    private static String nameIn(String word) throws BadFlag {
        String name = word.substring(word.startsWith("--") ? 2 : 1);
        if (name.startsWith("-") || name.startsWith("=")) {
            throw new BadFlag("bad flag syntax: " + word);
        }
        int equals = name.indexOf('=');
        return equals < 0 ? name : name.substring(0, equals);
    }

    private static @Nullable String attachedValue(String word) {
        int equals = word.indexOf('=');
        return equals < 0 ? null : word.substring(equals + 1);
    }

    private static boolean isBoolean(OptionSpec option) {
        return option.type() == boolean.class;
    }

    private static void set(OptionSpec option, String name, String value) throws BadFlag {
        if (isBoolean(option)) {
            option.setValue(bool(name, value));
        } else if (option.type() == long.class) {
            option.setValue(unsigned(name, value));
        } else if (option.type() == GoDuration.class) {
            option.setValue(duration(name, value));
        } else {
            option.setValue(value);
        }
    }

    private static boolean bool(String name, String value) throws BadFlag {
        return switch (value) {
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default ->
                    throw new BadFlag(
                            "invalid boolean value \"%s\" for -%s: parse error"
                                    .formatted(value, name));
        };
    }

    private static long unsigned(String name, String value) throws BadFlag {
        boolean isHex = value.startsWith("0x") || value.startsWith("0X");
        String digits = isHex ? value.substring(2) : value;
        if (!digits.matches(isHex ? "[0-9a-fA-F]+" : "[0-9]+")) {
            throw invalid(name, value, "parse error");
        }
        try {
            return Long.parseUnsignedLong(digits, isHex ? 16 : 10);
        } catch (NumberFormatException _) {
            throw invalid(name, value, "value out of range");
        }
    }

    private static GoDuration duration(String name, String value) throws BadFlag {
        GoDuration parsed = GoDuration.parse(value);
        if (parsed == null) {
            throw invalid(name, value, "parse error");
        }
        return parsed;
    }

    private static BadFlag invalid(String name, String value, String why) {
        return new BadFlag("invalid value \"%s\" for flag -%s: %s".formatted(value, name, why));
    }
}
