package dev.asterism.overlay.config;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.MatchResult;
import org.jspecify.annotations.Nullable;

/**
 * A rule of {@code lighthouse.local_allow_list.interfaces}: an RE2 expression with Nebula's meaning ({@code ^} before
 * it, {@code $} behind it), refused where Go refuses it, matched in time linear in the name. Immutable. The library
 * behind it is loaded when the first rule is compiled.
 */
public final class InterfacePattern {

    /** Go's limit for nested counted repetitions. */
    private static final int MAX_REPEATS = 1000;

    /** Instructions of a compiled expression; some 10 MB. Go allows 3 million. */
    private static final long LARGEST_PROGRAM = 100_000;

    private static final int DEEPEST = 1000;

    private final String text;
    private final Pattern pattern;

    private InterfacePattern(String text, Pattern pattern) {
        this.text = text;
        this.pattern = pattern;
    }

    /**
     * @throws IllegalArgumentException with Go's words, when it is no expression
     */
    public static InterfacePattern compile(String text) {
        String anchored = "^" + text + "$";
        String tooMuch = new Size(anchored).complaint();
        if (tooMuch != null) {
            throw new IllegalArgumentException("error parsing regexp: " + tooMuch);
        }
        try {
            return new InterfacePattern(text, Pattern.compile(anchored));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    public boolean matches(String interfaceName) {
        return pattern.matcher(interfaceName).find();
    }

    /** Patterns written alike are equal. */
    @Override
    public boolean equals(Object other) {
        return other instanceof InterfacePattern that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** As written. */
    @Override
    public String toString() {
        return text;
    }

    /** Estimates what an expression compiles to: the library checks each counted repetition, not their product. */
    private static final class Size {

        private static final java.util.regex.Pattern COUNT =
                java.util.regex.Pattern.compile("\\{([0-9]{1,4})(,([0-9]{0,4}))?}");

        /** Instructions and the product of nested counts, of what stands before the reader and of the last atom. */
        private record Part(long total, long last, int totalRepeats, int lastRepeats) {

            static final Part NONE = new Part(0, 0, 1, 1);

            Part then(long size, int repeats) {
                return new Part(total + size, size, Math.max(totalRepeats, repeats), repeats);
            }
        }

        private final String text;
        private final Deque<Part> outer = new ArrayDeque<>();
        private Part here = Part.NONE;
        private int at;

        Size(String text) {
            this.text = text;
        }

        @Nullable String complaint() {
            while (at < text.length()) {
                String wrong = step();
                if (wrong != null) {
                    return wrong;
                }
            }
            return here.total > LARGEST_PROGRAM ? "expression too large" : null;
        }

        private @Nullable String step() {
            switch (text.charAt(at)) {
                case '\\' -> skipEscape();
                case '[' -> skipClass();
                case '(' -> {
                    outer.push(here);
                    here = Part.NONE;
                    at++;
                }
                case ')' -> {
                    Part inner = here;
                    here = outer.isEmpty() ? Part.NONE : outer.pop();
                    here = here.then(inner.total + 2, inner.totalRepeats);
                    at++;
                }
                case '{' -> {
                    return repeat();
                }
                default -> {
                    here = here.then(1, 1);
                    at++;
                }
            }
            return outer.size() > DEEPEST ? "expression nests too deeply" : null;
        }

        private @Nullable String repeat() {
            java.util.regex.Matcher count = COUNT.matcher(text).region(at, text.length());
            if (!count.lookingAt()) {
                here = here.then(1, 1);
                at++;
                return null;
            }
            MatchResult found = count.toMatchResult();
            at = found.end();
            String most = found.group(3);
            int times =
                    Math.max(
                            1,
                            Integer.parseInt(
                                    most == null || most.isEmpty() ? found.group(1) : most));
            int repeats = here.lastRepeats * times;
            if (repeats > MAX_REPEATS) {
                return "invalid repeat count: `" + found.group() + "`";
            }
            long before = here.total - here.last;
            here =
                    new Part(before, 0, here.totalRepeats, 1)
                            .then(here.last * times + times, repeats);
            return here.total > LARGEST_PROGRAM ? "expression too large" : null;
        }

        private void skipEscape() {
            if (text.startsWith("\\Q", at)) {
                int end = text.indexOf("\\E", at);
                int stop = end < 0 ? text.length() : end;
                here = here.then(stop - at, 1);
                at = end < 0 ? stop : stop + 2;
            } else {
                here = here.then(1, 1);
                at += 2;
                if (at < text.length() && text.charAt(at) == '{' && isBraced(text.charAt(at - 1))) {
                    int end = text.indexOf('}', at);
                    at = end < 0 ? text.length() : end + 1;
                }
            }
        }

        private static boolean isBraced(char escape) {
            return escape == 'p' || escape == 'P' || escape == 'x';
        }

        private void skipClass() {
            here = here.then(1, 1);
            at++;
            at += at < text.length() && text.charAt(at) == '^' ? 1 : 0;
            at += at < text.length() && text.charAt(at) == ']' ? 1 : 0;
            while (at < text.length() && text.charAt(at) != ']') {
                boolean named = text.startsWith("[:", at) && text.indexOf(":]", at + 2) > 0;
                at =
                        named
                                ? text.indexOf(":]", at + 2) + 2
                                : at + (text.charAt(at) == '\\' ? 2 : 1);
            }
            at++;
        }
    }
}
