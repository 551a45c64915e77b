package dev.asterism.l7.foreign;

import dev.asterism.l7.match.MatchMeet;
import dev.asterism.l7.match.MatchSpec;
import dev.asterism.l7.match.PathMatch;
import dev.asterism.l7.match.ValueMatch;
import dev.asterism.overlay.config.SourcePosition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A condition as {@code match} in our language. */
final class MatchTree {

    private MatchTree() {}

    static Tree of(MatchSpec match, SourcePosition at) {
        Tree tree = new Tree(at);
        if (match.path().kind() != PathMatch.Kind.ANY) {
            tree.put(match.path().kind().key(), match.path().text());
        }
        if (match.methods().size() == 1) {
            tree.put("method", match.methods().getFirst());
        } else {
            tree.put("method", match.methods());
        }
        return tree.put("header", texts(match.headers()))
                .put("query", texts(match.query()))
                .put("host", match.hosts());
    }

    private static Map<String, String> texts(List<ValueMatch> values) {
        Map<String, String> texts = new LinkedHashMap<>();
        values.forEach(value -> texts.put(value.name(), text(value)));
        return texts;
    }

    /** A text that our language would take for a sign is written as an expression. */
    private static String text(ValueMatch value) {
        return switch (value.kind()) {
            case PRESENT -> "*";
            case REGEX -> "~" + value.value();
            case EXACT -> {
                boolean sign = value.value().equals("*") || value.value().startsWith("~");
                yield sign ? "~" + MatchMeet.quoted(value.value()) : value.value();
            }
        };
    }
}
