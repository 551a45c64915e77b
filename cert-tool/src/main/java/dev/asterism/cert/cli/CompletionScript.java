package dev.asterism.cert.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Completion scripts made of the options that picocli parses. */
final class CompletionScript {

    private CompletionScript() {}

    /** For bash, and for zsh by its emulation, which the script turns on itself. */
    static String bash(List<Mode> modes) {
        return AutoComplete.bash(CertTool.NAME, new CommandLine(tree(modes)));
    }

    /** All modes below the program; a name of two words is a mode below a mode. */
    private static CommandSpec tree(List<Mode> modes) {
        CommandSpec top = CommandSpec.create().name(CertTool.NAME);
        Map<String, CommandSpec> groups = new HashMap<>();
        for (Mode mode : modes) {
            CommandSpec spec = FlagOptions.specOf(mode.flags());
            String[] words = mode.name().split(" ", -1);
            CommandSpec parent = top;
            if (words.length > 1) {
                parent = groups.get(words[0]);
                if (parent == null) {
                    parent = CommandSpec.create();
                    groups.put(words[0], parent);
                    top.addSubcommand(words[0], parent);
                }
            }
            spec.usageMessage().description(mode.description());
            parent.addSubcommand(words[words.length - 1], spec);
        }
        return top;
    }

    /** picocli has no generator for fish; old options are those with one dash and a long name. */
    static String fish(List<Mode> modes) {
        StringBuilder script = new StringBuilder("complete -c " + CertTool.NAME + " -f\n");
        for (String word : ModeTable.firstWords()) {
            script.append("complete -c ").append(CertTool.NAME);
            script.append(" -n __fish_use_subcommand -a ").append(word).append('\n');
        }
        for (Mode mode : modes) {
            String[] words = mode.name().split(" ", -1);
            String condition = "__fish_seen_subcommand_from " + words[0];
            if (words.length > 1) {
                script.append("complete -c ").append(CertTool.NAME);
                script.append(" -n '").append(condition).append("' -a ").append(words[1]);
                script.append(" -d ").append(quoted(mode.description())).append('\n');
                condition += "; and __fish_seen_subcommand_from " + words[1];
            }
            for (Flag flag : mode.flags().all()) {
                script.append("complete -c ").append(CertTool.NAME);
                script.append(" -n '").append(condition).append("' -o ").append(flag.name());
                script.append(flag.type().isEmpty() ? "" : " -r -F");
                script.append(" -d ").append(quoted(flag.description())).append('\n');
            }
        }
        return script.toString();
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
