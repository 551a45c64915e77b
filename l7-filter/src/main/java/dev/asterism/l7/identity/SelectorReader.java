package dev.asterism.l7.identity;

import dev.asterism.overlay.text.NearestWord;
import java.util.ArrayList;
import java.util.List;

/** Reads the text of one {@link Selector}. */
final class SelectorReader {

    private static final List<String> WORDS = List.of("any", "group:", "node:");
    private static final String NEEDS_QUOTES = "&!\",|";

    private final String text;
    private int at;

    SelectorReader(String text) {
        this.text = text;
    }

    static String quoted(String name) {
        boolean bare = !name.isBlank() && name.chars().noneMatch(SelectorReader::endsName);
        if (bare || name.isEmpty()) {
            return name;
        }
        return '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    Selector read() {
        List<Selector.Term> terms = new ArrayList<>();
        do {
            terms.add(term());
            blanks();
        } while (skip('&'));
        if (at < text.length()) {
            throw wrong("expected '&' between two terms, not '" + text.charAt(at) + "'", "");
        }
        return new Selector(terms);
    }

    private Selector.Term term() {
        blanks();
        boolean negated = skip('!');
        blanks();
        int start = at;
        while (at < text.length() && !endsName(text.charAt(at)) && text.charAt(at) != ':') {
            at++;
        }
        String word = text.substring(start, at);
        if (word.equals("any") && !follows(':')) {
            return new Selector.Term(negated, Selector.Kind.ANY, "");
        }
        boolean named = skip(':');
        if (named && word.equals("group")) {
            return new Selector.Term(negated, Selector.Kind.GROUP, name(word));
        }
        if (named && word.equals("node")) {
            return new Selector.Term(negated, Selector.Kind.NODE, name(word));
        }
        at = start;
        throw unknown(named ? word + ":" : word);
    }

    private SelectorException unknown(String word) {
        String expected = "expected 'any', 'group:NAME' or 'node:NAME'";
        if (word.isEmpty()) {
            String found = at < text.length() ? ", not '" + text.charAt(at) + "'" : "";
            return wrong(expected + found, "");
        }
        String nearest = NearestWord.of(word, WORDS);
        String hint = nearest.isEmpty() ? "" : "; did you mean '" + nearest + "'?";
        return wrong(expected + ", not '" + word + "'" + hint, nearest);
    }

    private String name(String kind) {
        String name = skip('"') ? quotedName() : bareName();
        if (name.isEmpty()) {
            throw wrong("the name of a " + kind + " is missing", "");
        }
        return name;
    }

    private String bareName() {
        int start = at;
        while (at < text.length() && !endsName(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    private String quotedName() {
        int opening = at - 1;
        StringBuilder name = new StringBuilder();
        while (at < text.length() && text.charAt(at) != '"') {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            }
            name.append(text.charAt(at++));
        }
        if (!skip('"')) {
            at = opening;
            throw wrong("the quotation mark is not closed", "");
        }
        return name.toString();
    }

    private static boolean endsName(int c) {
        return Character.isWhitespace(c) || NEEDS_QUOTES.indexOf(c) >= 0;
    }

    private void blanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private boolean follows(char c) {
        return at < text.length() && text.charAt(at) == c;
    }

    private boolean skip(char c) {
        boolean there = follows(c);
        if (there) {
            at++;
        }
        return there;
    }

    private SelectorException wrong(String what, String nearest) {
        String place = "'" + text + "', at character " + (at + 1) + ": ";
        return new SelectorException(place + what, at, nearest);
    }
}
