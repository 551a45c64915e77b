package dev.asterism.agent.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Commands as README.md, CONTRIBUTING.md and the pages of docs print them. */
public final class Documentation {

    static final List<String> FILES = List.of("README.md", "CONTRIBUTING.md", "docs/first-hour.md");

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```$");
    private static final Pattern INLINE = Pattern.compile("(?<!`)`([^`\\n]+)`(?!`)");
    private static final Pattern COMMENT = Pattern.compile("\\s+# .*$");

    private Documentation() {}

    /**
     * One command.
     *
     * @param note what is said of it behind a number sign
     */
    public record Command(String file, String text, String note) {
        @Override
        public String toString() {
            return file + ": " + text;
        }
    }

    /** The lines of all blocks of shell commands, in order, with continued ones joined. */
    public static List<Command> commands(String file) {
        List<Command> found = new ArrayList<>();
        for (String block : blocks(file, "sh")) {
            for (String line : block.replace("\\\n", " ").lines().toList()) {
                Matcher comment = COMMENT.matcher(line);
                boolean has = comment.find();
                String text = (has ? line.substring(0, comment.start()) : line).strip();
                if (!text.isEmpty()) {
                    found.add(new Command(file, text, has ? comment.group().strip() : ""));
                }
            }
        }
        return found;
    }

    /** Code within a sentence or a table that starts with one of these. */
    static List<Command> inline(String file, String... starts) {
        List<Command> found = new ArrayList<>();
        Matcher code = INLINE.matcher(BLOCK.matcher(text(file)).replaceAll(""));
        while (code.find()) {
            for (String start : starts) {
                if (code.group(1).startsWith(start)) {
                    found.add(new Command(file, code.group(1), ""));
                }
            }
        }
        return found;
    }

    static List<String> blocks(String file, String language) {
        List<String> found = new ArrayList<>();
        Matcher block = BLOCK.matcher(text(file));
        while (block.find()) {
            if (block.group(1).equals(language)) {
                found.add(block.group(2));
            }
        }
        return found;
    }

    private static String text(String file) {
        try {
            return Files.readString(ROOT.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
