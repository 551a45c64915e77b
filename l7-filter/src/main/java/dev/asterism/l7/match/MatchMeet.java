package dev.asterism.l7.match;

import dev.asterism.l7.identity.Selector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What two conditions have in common. A field or parameter that comes several times with different values counts as one
 * that has one value: two conditions that want different values of it have nothing in common here.
 *
 * @param kind whether there is anything, as far as that can be told
 * @param match of all requests that fit both; null unless it is known
 */
public record MatchMeet(Kind kind, @Nullable MatchSpec match) {

    /** What is known. */
    public enum Kind {
        /** No request fits both. */
        NOTHING,
        /** The condition for both together. */
        KNOWN,
        /** There may be requests that fit both, but no condition says which. */
        UNKNOWN
    }

    private static final MatchMeet NOTHING = new MatchMeet(Kind.NOTHING, null);
    private static final MatchMeet UNKNOWN = new MatchMeet(Kind.UNKNOWN, null);
    private static final String ANYTHING = ".*";
    private static final String SEGMENTS = "(?:/.*)?";

    /**
     * @throws IllegalArgumentException when one of them can never hold as it is written
     */
    public static MatchMeet of(MatchSpec a, MatchSpec b) {
        try {
            PathMatch path = path(a.path(), b.path());
            List<String> methods = either(a.methods(), b.methods());
            List<String> hosts = hosts(a.hosts(), b.hosts());
            List<ValueMatch> headers = values(a.headers(), b.headers(), true);
            List<ValueMatch> query = values(a.query(), b.query(), false);
            return new MatchMeet(
                    Kind.KNOWN, new MatchSpec(path, methods, headers, query, hosts, from(a, b)));
        } catch (Apart apart) {
            return apart.surely ? NOTHING : UNKNOWN;
        }
    }

    /** Ends the comparison. */
    private static final class Apart extends Exception {

        private static final long serialVersionUID = 1;

        private final boolean surely;

        Apart(boolean surely) {
            super(null, null, false, false);
            this.surely = surely;
        }
    }

    private static Selector from(MatchSpec a, MatchSpec b) throws Apart {
        if (a.from().isAny() || a.from().equals(b.from())) {
            return b.from();
        }
        if (b.from().isAny()) {
            return a.from();
        }
        throw new Apart(false);
    }

    private static List<String> either(List<String> a, List<String> b) throws Apart {
        if (a.isEmpty() || b.isEmpty()) {
            return a.isEmpty() ? b : a;
        }
        List<String> both = a.stream().filter(b::contains).toList();
        if (both.isEmpty()) {
            throw new Apart(true);
        }
        return both;
    }

    private static List<String> hosts(List<String> a, List<String> b) throws Apart {
        boolean wildcards =
                a.stream().anyMatch(HostText::isWildcard)
                        || b.stream().anyMatch(HostText::isWildcard);
        if (!wildcards) {
            return either(a, b);
        }
        if (HostText.covers(a, b)) {
            return b;
        }
        if (HostText.covers(b, a)) {
            return a;
        }
        throw new Apart(false);
    }

    private static List<ValueMatch> values(List<ValueMatch> a, List<ValueMatch> b, boolean fields)
            throws Apart {
        Map<String, ValueMatch> byName = new LinkedHashMap<>();
        for (ValueMatch value : concat(a, b)) {
            String name = fields ? value.name().toLowerCase(Locale.ROOT) : value.name();
            ValueMatch before = byName.get(name);
            byName.put(name, before == null ? value : value(before, value));
        }
        return List.copyOf(byName.values());
    }

    private static List<ValueMatch> concat(List<ValueMatch> a, List<ValueMatch> b) {
        List<ValueMatch> all = new ArrayList<>(a);
        all.addAll(b);
        return all;
    }

    private static ValueMatch value(ValueMatch a, ValueMatch b) throws Apart {
        boolean same = a.kind() == b.kind() && a.value().equals(b.value());
        if (same || b.kind() == ValueMatch.Kind.PRESENT) {
            return a;
        }
        if (a.kind() == ValueMatch.Kind.PRESENT) {
            return b;
        }
        if (a.kind() == ValueMatch.Kind.REGEX && b.kind() == ValueMatch.Kind.REGEX) {
            throw new Apart(false);
        }
        boolean first = a.kind() == ValueMatch.Kind.EXACT;
        ValueMatch exact = first ? a : b;
        ValueMatch other = first ? b : a;
        if (other.kind() == ValueMatch.Kind.EXACT
                || !Regex.of(other.value()).matches(exact.value())) {
            throw new Apart(true);
        }
        return exact;
    }

    private static PathMatch path(PathMatch a, PathMatch b) throws Apart {
        if (b.kind() == PathMatch.Kind.ANY || a.equals(b)) {
            return a;
        }
        if (a.kind() == PathMatch.Kind.ANY) {
            return b;
        }
        PathTest testA = PathTest.of(a);
        PathTest testB = PathTest.of(b);
        if (testA.covers(testB)) {
            return b;
        }
        if (testB.covers(testA)) {
            return a;
        }
        boolean anyRegex =
                testA.kind() == PathMatch.Kind.REGEX || testB.kind() == PathMatch.Kind.REGEX;
        boolean anyExact =
                testA.kind() == PathMatch.Kind.EXACT || testB.kind() == PathMatch.Kind.EXACT;
        if (!anyRegex || anyExact) {
            throw new Apart(true);
        }
        return ofExpression(a, b);
    }

    /** One at least is an expression, and none an exact path. */
    private static PathMatch ofExpression(PathMatch a, PathMatch b) throws Apart {
        Shape first = Shape.of(a);
        Shape second = Shape.of(b);
        if (second.form.compareTo(first.form) < 0) {
            Shape swapped = first;
            first = second;
            second = swapped;
        }
        String p = first.text;
        String q = second.text;
        if (!p.startsWith(q) && !q.startsWith(p)) {
            throw new Apart(true);
        }
        if (first.form == Form.SEGMENTS && leaves(q, p)) {
            throw new Apart(true);
        }
        if (first.form == second.form && first.form != Form.OTHER) {
            return first.form == Form.SEGMENTS && p.equals(q)
                    ? asExpression(p)
                    : p.length() < q.length() ? second.match : first.match;
        }
        if (first.form == Form.OTHER) {
            throw new Apart(false);
        }
        boolean below = q.length() > p.length();
        if (second.form == Form.OTHER && (below || first.form == Form.START && p.equals(q))) {
            return second.match;
        }
        if (second.form == Form.OTHER) {
            throw new Apart(false);
        }
        // A start and whole segments.
        return below ? second.match : p.equals(q) ? asExpression(p) : first.match;
    }

    /**
     * Whole segments in a form that says as much as an expression with this literal beginning: a prefix would come
     * behind it.
     */
    private static PathMatch asExpression(String prefix) {
        return PathMatch.regex(Regex.quoted(prefix) + SEGMENTS);
    }

    /** Whether the text goes on after a prefix within the same segment. */
    private static boolean leaves(String text, String prefix) {
        return text.length() > prefix.length()
                && text.startsWith(prefix)
                && text.charAt(prefix.length()) != '/';
    }

    /** What kind of paths fit, in the order in which they are compared. */
    private enum Form {
        /** The text, or whole segments below it. */
        SEGMENTS,
        /** The text, and anything behind it. */
        START,
        /** The text, and something behind it that only the expression knows. */
        OTHER
    }

    private record Shape(Form form, String text, PathMatch match) {

        static Shape of(PathMatch match) {
            if (match.kind() != PathMatch.Kind.REGEX) {
                return new Shape(Form.SEGMENTS, PathTest.of(match).text(), match);
            }
            String literal = Regex.of(match.text()).literalStart();
            String head = Regex.quoted(literal);
            boolean plain = match.text().startsWith(head);
            String rest = plain ? match.text().substring(head.length()) : "";
            Form form =
                    !plain
                            ? Form.OTHER
                            : rest.equals(ANYTHING)
                                    ? Form.START
                                    : rest.equals(SEGMENTS) ? Form.SEGMENTS : Form.OTHER;
            return new Shape(form, literal, match);
        }
    }

    /** An expression for exactly this text. */
    public static String quoted(String text) {
        return Regex.quoted(text);
    }
}
