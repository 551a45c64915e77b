package dev.asterism.cert.cli;

import dev.asterism.overlay.text.NearestWord;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Lets picocli's parser find the flags among the words, and gives each its value as Go's flag package does: the next
 * word whatever it looks like, and to a switch only what is attached. What Go stops at ends the parser's work, too.
 */
final class WordReader implements IParameterPreprocessor {

    private final Map<String, Flag> flags;
    private final int count;
    private int readTo;
    private boolean isHelp;
    private @Nullable BadFlag complaint;

    /**
     * @param count of all words
     */
    WordReader(Map<String, Flag> flags, int count) {
        this.flags = flags;
        this.count = count;
    }

    /** Sets the flags; the index of the first word that is none, or {@link GoFlags#HELP}. */
    static int parse(Map<String, Flag> flags, List<String> words) throws BadFlag {
        WordReader reader = new WordReader(flags, words.size());
        CommandSpec spec = CommandSpec.create();
        FlagOptions.addTo(spec, flags, reader);
        int end = reader.read(spec, words);
        if (end == GoFlags.HELP || end == words.size() || reader.endedFlagsBefore(end, words)) {
            return end;
        }
        String word = words.get(end);
        if (word.length() < 2 || word.charAt(0) != '-') {
            return end;
        }
        String name = nameIn(word);
        String nearest = NearestWord.of(name, flags.keySet());
        throw new BadFlag(
                "flag provided but not defined: -" + name,
                nearest.isEmpty() ? "" : "did you mean -" + nearest + "?");
    }

    private static String nameIn(String word) throws BadFlag {
        String name = word.substring(word.startsWith("--") ? 2 : 1);
        if (name.startsWith("-") || name.startsWith("=")) {
            throw new BadFlag("bad flag syntax: " + word, "");
        }
        int equals = name.indexOf('=');
        return equals < 0 ? name : name.substring(0, equals);
    }

    private int read(CommandSpec spec, List<String> words) throws BadFlag {
        spec.parser()
                .expandAtFiles(false)
                .overwrittenOptionsAllowed(true)
                .posixClusteredShortOptionsAllowed(false)
                .stopAtUnmatched(true)
                .unmatchedArgumentsAllowed(true);
        CommandLine line = new CommandLine(spec);
        int unmatched = line.parseArgs(words.toArray(String[]::new)).unmatched().size();
        if (complaint != null) {
            throw complaint;
        }
        return isHelp ? GoFlags.HELP : words.size() - unmatched;
    }

    /** Whether {@code --} stood before this word, after which nothing is a flag. */
    private boolean endedFlagsBefore(int index, List<String> words) {
        return index > readTo && words.get(index - 1).equals("--");
    }

    /** Called for each flag; the words behind it are on the stack. */
    @Override
    @SuppressWarnings("JdkObsolete") // the interface's type
    public boolean preprocess(
            Stack<String> words, CommandSpec command, ArgSpec option, Map<String, Object> details) {
        String spelling = ((OptionSpec) option).longestName();
        String name = spelling.substring(2);
        boolean isAttached = "=".equals(details.get("separator"));
        Flag flag = flags.get(name);
        try {
            if (flag == null) {
                isHelp = true;
            } else {
                flag.set(value(flag, words, isAttached));
            }
        } catch (BadFlag e) {
            complaint = e;
        }
        if (isHelp || complaint != null) {
            words.clear();
        }
        readTo = count - words.size();
        return true;
    }

    private static String value(Flag flag, Stack<String> words, boolean isAttached) throws BadFlag {
        if (isAttached) {
            return words.pop();
        }
        String implied = flag.implied();
        if (implied != null) {
            return implied;
        }
        if (words.isEmpty()) {
            throw new BadFlag("flag needs an argument: -" + flag.name(), "");
        }
        return words.pop();
    }
}
