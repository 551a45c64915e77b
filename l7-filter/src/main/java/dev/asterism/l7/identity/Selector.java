package dev.asterism.l7.identity;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Picks nodes by their certificates: {@code any}, {@code group:web}, {@code node:web-1}, {@code group:web &
 * !group:canary}. A node must fulfil every term; one that has proven nothing fulfils {@code any} alone. Never looks at
 * an address. Immutable; allocates nothing when asked.
 *
 * @param terms at least one
 */
public record Selector(List<Term> terms) {

    /** What a term asks of a certificate. */
    public enum Kind {
        ANY("any"),
        GROUP("group:"),
        NODE("node:");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** As it is written. */
        String word() {
            return word;
        }
    }

    /**
     * @param negated the node must not fulfil it
     * @param value the name of a group or node, empty for {@link Kind#ANY}
     */
    public record Term(boolean negated, Kind kind, String value) {

        boolean matches(String name, List<String> groups) {
            if (kind != Kind.ANY && name.isEmpty()) {
                return false;
            }
            boolean fulfilled =
                    switch (kind) {
                        case ANY -> true;
                        case GROUP -> groups.contains(value);
                        case NODE -> value.equals(name);
                    };
            return fulfilled != negated;
        }

        @Override
        public String toString() {
            return (negated ? "!" : "") + kind.word() + SelectorReader.quoted(value);
        }
    }

    public static final Selector ANY = new Selector(List.of(new Term(false, Kind.ANY, "")));

    public Selector {
        terms = List.copyOf(terms);
    }

    /**
     * Reads one. Names that hold blanks or one of {@code & ! " ,} are quoted: {@code node:"my laptop"}.
     *
     * @throws SelectorException with the place of what is wrong
     */
    public static Selector parse(String text) {
        return new SelectorReader(text).read();
    }

    public boolean matches(Caller caller) {
        return matches(caller.name(), caller.groups());
    }

    public boolean matches(String name, List<String> groups) {
        for (int i = 0; i < terms.size(); i++) {
            if (!terms.get(i).matches(name, groups)) {
                return false;
            }
        }
        return true;
    }

    /** Everybody, also callers without a certificate. */
    public boolean isAny() {
        return terms.stream().allMatch(term -> term.kind() == Kind.ANY && !term.negated());
    }

    /** The groups it names, for a check of who issues them. */
    public List<String> groups() {
        return terms.stream()
                .filter(term -> term.kind() == Kind.GROUP)
                .map(Term::value)
                .distinct()
                .toList();
    }

    /** As it would be written. */
    @Override
    public String toString() {
        return terms.stream().map(Term::toString).collect(Collectors.joining(" & "));
    }
}
