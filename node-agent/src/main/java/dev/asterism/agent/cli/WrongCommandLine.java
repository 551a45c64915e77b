package dev.asterism.agent.cli;

import dev.asterism.agent.app.Agent;
import dev.asterism.overlay.text.NearestWord;
import java.io.PrintStream;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** What is wrong with a command line, and one line that helps: the usage would push the message off the screen. */
final class WrongCommandLine {

    private final CommandSpec command;
    private final String message;
    private final String meant;

    WrongCommandLine(CommandLine.ParameterException problem) {
        command = problem.getCommandLine().getCommandSpec();
        switch (problem) {
            case CommandLine.UnmatchedArgumentException unmatched -> {
                String word = unmatched.getUnmatched().getFirst();
                message = unmatched(word);
                meant = NearestWord.of(withoutValue(word), candidates(word));
            }
            case CommandLine.MissingParameterException _ -> {
                message = "--config needs a file or a folder";
                meant = "";
            }
            default -> {
                message = String.valueOf(problem.getMessage());
                meant = "";
            }
        }
    }

    /** Two lines; returns the exit status. */
    int report(PrintStream err) {
        String help = "\"" + command.qualifiedName() + " --help\" shows what there is";
        err.print("asterism: " + message + "\n");
        err.print("  " + (meant.isEmpty() ? "" : "did you mean " + meant + "? ") + help + "\n");
        return Agent.BAD_CONFIG;
    }

    private String unmatched(String word) {
        if (isOption(word)) {
            return "unknown option " + word;
        }
        return (command.subcommands().isEmpty() ? "unexpected argument " : "unknown command ")
                + word;
    }

    private List<String> candidates(String word) {
        if (!isOption(word)) {
            return List.copyOf(command.subcommands().keySet());
        }
        return command.optionsMap().keySet().stream()
                .filter(name -> name.startsWith("--") == word.startsWith("--"))
                .toList();
    }

    private static boolean isOption(String word) {
        return word.length() > 1 && word.startsWith("-");
    }

    private static String withoutValue(String word) {
        int equals = word.indexOf('=');
        return equals < 0 ? word : word.substring(0, equals);
    }
}
