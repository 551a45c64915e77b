package dev.asterism.cert.cli;

import java.io.PrintStream;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** picocli with the syntax and the complaints of Go's flag package (spec certificates.md 7). */
final class GoFlags {

    private GoFlags() {}

    static CommandLine commandLine(Mode mode, PrintStream err) {
        CommandLine command = new CommandLine(mode);
        command.setStopAtPositional(true)
                .setPosixClusteredShortOptionsAllowed(false)
                .setOverwrittenOptionsAllowed(true)
                .setAllowOptionsAsOptionParameters(true)
                .setExpandAtFiles(false)
                .registerConverter(GoDuration.class, GoFlags::duration)
                .registerConverter(Long.class, GoFlags::unsigned)
                .registerConverter(Boolean.class, GoFlags::bool)
                .setParameterExceptionHandler((problem, _) -> complain(problem, err))
                .setExecutionExceptionHandler((problem, c, _) -> fail(problem, c, err));
        return command;
    }

    /** Twice, as Go's flag package and then the tool say it. */
    private static int complain(ParameterException problem, PrintStream err) {
        String message = message(problem);
        err.print(message + "\nError: " + message + "\n");
        return 1;
    }

    private static String message(ParameterException problem) {
        String flag =
                problem.getArgSpec() instanceof CommandLine.Model.OptionSpec option
                        ? option.names()[0]
                        : "";
        return switch (problem) {
            case UnmatchedArgumentException unmatched ->
                    unknownFlag(unmatched.getUnmatched().getFirst());
            case MissingParameterException _ -> "flag needs an argument: " + flag;
            default -> {
                boolean isBool = problem.getCause() instanceof NotABoolean;
                String reason =
                        problem.getCause() instanceof OutOfRange
                                ? "value out of range"
                                : "parse error";
                yield "invalid "
                        + (isBool ? "boolean " : "")
                        + "value \""
                        + problem.getValue()
                        + (isBool ? "\" for " : "\" for flag ")
                        + flag
                        + ": "
                        + reason;
            }
        };
    }

    static String unknownFlag(String word) {
        String name = word.replaceFirst("^--?", "");
        if (name.isEmpty() || name.startsWith("-") || name.startsWith("=")) {
            return "bad flag syntax: " + word;
        }
        int equals = name.indexOf('=');
        return "flag provided but not defined: -" + (equals < 0 ? name : name.substring(0, equals));
    }

    private static int fail(Exception problem, CommandLine command, PrintStream err)
            throws Exception {
        if (!(problem instanceof ToolException)) {
            throw problem;
        }
        err.print("Error: " + problem.getMessage() + "\n");
        if (problem instanceof ToolException.Usage) {
            UsageText.of(command.getCommandSpec(), err);
        }
        return 1;
    }

    private static GoDuration duration(String text) {
        GoDuration parsed = GoDuration.parse(text);
        if (parsed == null) {
            throw new TypeConversionException("parse error");
        }
        return parsed;
    }

    private static Long unsigned(String text) {
        boolean isHex = text.startsWith("0x") || text.startsWith("0X");
        String digits = isHex ? text.substring(2) : text;
        if (!digits.matches(isHex ? "[0-9a-fA-F]+" : "[0-9]+")) {
            throw new TypeConversionException("parse error");
        }
        try {
            return Long.parseUnsignedLong(digits, isHex ? 16 : 10);
        } catch (NumberFormatException _) {
            throw new OutOfRange();
        }
    }

    private static Boolean bool(String text) {
        return switch (text) {
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default -> throw new NotABoolean();
        };
    }

    private static final class OutOfRange extends TypeConversionException {
        private static final long serialVersionUID = 1L;

        OutOfRange() {
            super("value out of range");
        }
    }

    private static final class NotABoolean extends TypeConversionException {
        private static final long serialVersionUID = 1L;

        NotABoolean() {
            super("parse error");
        }
    }
}
