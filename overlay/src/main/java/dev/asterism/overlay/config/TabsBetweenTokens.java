package dev.asterism.overlay.config;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.scanner.ScannerImpl;
import org.yaml.snakeyaml.tokens.Token;

/**
 * YAML allows tabs between tokens ({@code key:<tab>value}) and inside brackets, and so does Go's parser; SnakeYAML
 * refuses them. Tabs that indent a block are refused by both.
 */
final class TabsBetweenTokens {

    private static final int MAX_TABS = 1000;

    private TabsBetweenTokens() {}

    /** {@code text} with a blank for each tab on which the scanner stops though YAML allows it. */
    static String asBlanks(String text) {
        if (text.indexOf('\t') < 0) {
            return text;
        }
        String cured = text;
        for (int i = 0; i < MAX_TABS; i++) {
            int tab = firstObstacle(cured);
            if (tab < 0) {
                return cured;
            }
            cured = cured.substring(0, tab) + " " + cured.substring(tab + 1);
        }
        return cured;
    }

    /** Index of the tab on which the scanner stops; -1 when it stops elsewhere, nowhere, or at an indent. */
    private static int firstObstacle(String text) {
        int brackets = 0;
        try {
            ScannerImpl scanner = new ScannerImpl(new StreamReader(text), YamlSource.options());
            while (scanner.checkToken()) {
                Token token = scanner.getToken();
                brackets +=
                        switch (token.getTokenId()) {
                            case FlowMappingStart, FlowSequenceStart -> 1;
                            case FlowMappingEnd, FlowSequenceEnd -> -1;
                            default -> 0;
                        };
            }
        } catch (MarkedYAMLException e) {
            int at = index(text, e.getProblemMark());
            return at >= 0 && (brackets > 0 || !isIndent(text, at)) ? at : -1;
        } catch (RuntimeException _) {
            // Told by the parser, which sees the same text.
            return -1;
        }
        return -1;
    }

    /** Where the mark points, if to a tab; its own index counts code points. */
    private static int index(String text, @Nullable Mark mark) {
        if (mark == null) {
            return -1;
        }
        int at = text.offsetByCodePoints(0, mark.getIndex());
        return at < text.length() && text.charAt(at) == '\t' ? at : -1;
    }

    private static boolean isIndent(String text, int at) {
        int start = Math.max(text.lastIndexOf('\n', at), text.lastIndexOf('\r', at)) + 1;
        return text.substring(start, at).isBlank();
    }
}
