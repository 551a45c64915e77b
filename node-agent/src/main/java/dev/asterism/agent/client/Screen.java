package dev.asterism.agent.client;

import java.io.Console;
import org.jspecify.annotations.Nullable;

/**
 * Where standard output goes.
 *
 * @param terminal whether that is a terminal, which can be cleared
 * @param colours whether it may get them
 * @param width columns of a line
 */
public record Screen(boolean terminal, boolean colours, int width) {

    /** Of a page that is no terminal, and of a terminal that does not say. */
    public static final int USUAL_WIDTH = 100;

    private static final int LEAST_WIDTH = 40;
    private static final int MOST_WIDTH = 200;

    /** Colours and widths of terminals are for terminals only; NO_COLOR set to anything turns colours off. */
    @SuppressWarnings("SystemConsoleNull") // its contract still allows null
    public static Screen here() {
        Console console = System.console();
        return of(
                console != null && console.isTerminal(),
                System.getenv("NO_COLOR"),
                System.getenv("COLUMNS"));
    }

    /**
     * @param noColor what the environment says; null for nothing
     * @param columns as above
     */
    static Screen of(boolean terminal, @Nullable String noColor, @Nullable String columns) {
        return new Screen(
                terminal,
                terminal && (noColor == null || noColor.isEmpty()),
                terminal ? width(columns) : USUAL_WIDTH);
    }

    private static int width(@Nullable String columns) {
        try {
            return columns == null
                    ? USUAL_WIDTH
                    : Math.clamp(Integer.parseInt(columns.strip()), LEAST_WIDTH, MOST_WIDTH);
        } catch (NumberFormatException e) {
            return USUAL_WIDTH;
        }
    }

    Screen withoutColours() {
        return new Screen(terminal, false, width);
    }

    String good(String text) {
        return coloured("32", text);
    }

    String bad(String text) {
        return coloured("31", text);
    }

    String strong(String text) {
        return coloured("1", text);
    }

    private String coloured(String code, String text) {
        return colours ? "\033[" + code + "m" + text + "\033[0m" : text;
    }
}
