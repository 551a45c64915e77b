package dev.asterism.l7.match;

import dev.asterism.l7.http.Ascii;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.http.Head;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;

/** A {@link MatchSpec} compiled: whether it holds for a request, and if not, what differs. Immutable. */
public final class RequestCondition {

    private final MatchSpec spec;
    private final PathTest path;
    private final List<byte[]> methods;
    private final List<ValueTest> headers;
    private final List<ValueTest> query;

    private RequestCondition(MatchSpec spec, FieldNames names) {
        this.spec = spec;
        path = PathTest.of(spec.path());
        methods = spec.methods().stream().map(RequestCondition::method).toList();
        headers = spec.headers().stream().map(match -> ValueTest.ofField(match, names)).toList();
        query = spec.query().stream().map(ValueTest::ofParameter).toList();
        spec.hosts().forEach(HostText::check);
    }

    /**
     * @param names with at least those of {@link #fieldNames}
     * @throws IllegalArgumentException when it can never hold as it is written: says why
     */
    public static RequestCondition of(MatchSpec spec, FieldNames names) {
        return new RequestCondition(spec, names);
    }

    /** The field names that a condition looks at. */
    public static Set<String> fieldNames(MatchSpec spec) {
        Set<String> names = new LinkedHashSet<>();
        spec.headers().forEach(match -> names.add(match.name()));
        return names;
    }

    private static byte[] method(String name) {
        byte[] b = Texts.bytes(name);
        if (!Ascii.allToken(b, 0, b.length)) {
            throw new IllegalArgumentException("'" + name + "' is no method");
        }
        return b;
    }

    public MatchSpec spec() {
        return spec;
    }

    PathTest path() {
        return path;
    }

    List<ValueTest> headers() {
        return headers;
    }

    List<ValueTest> query() {
        return query;
    }

    /** Whether it looks at the path, so that a path of several readings must be refused before it is asked. */
    public boolean looksAtPath() {
        return path.kind() != PathMatch.Kind.ANY;
    }

    /** How much more its path says than others': exact before all, then the longest. */
    public int pathWeight() {
        return path.weight();
    }

    /** The same for two conditions that say the same of the path in different words, and for no others. */
    public String pathKey() {
        return path.kind() + " " + path.text();
    }

    /** Whether it holds. */
    public boolean holds(RequestView view) {
        return path.holds(view.path()) && holdsForHost(view) && holdsBesidePlace(view);
    }

    /** The same without host and path, except for an expression, as an index has looked at those. */
    boolean holdsBesidePlace(RequestView view) {
        view.tested();
        return holdsForMethod(view)
                && holdsForHeaders(view)
                && holdsForQuery(view)
                && spec.from().matches(view.caller())
                && (path.kind() != PathMatch.Kind.REGEX || path.holds(view.path()));
    }

    private boolean holdsForMethod(RequestView view) {
        if (methods.isEmpty()) {
            return true;
        }
        for (int i = 0; i < methods.size(); i++) {
            if (view.head().partIs(Head.METHOD, methods.get(i))) {
                return true;
            }
        }
        return false;
    }

    private boolean holdsForHeaders(RequestView view) {
        for (int i = 0; i < headers.size(); i++) {
            if (!headers.get(i).holdsForField(view.head())) {
                return false;
            }
        }
        return true;
    }

    private boolean holdsForQuery(RequestView view) {
        for (int i = 0; i < query.size(); i++) {
            if (!query.get(i).holdsForParameter(view.query())) {
                return false;
            }
        }
        return true;
    }

    private boolean holdsForHost(RequestView view) {
        List<String> hosts = spec.hosts();
        return hosts.isEmpty()
                || hosts.stream().anyMatch(host -> HostText.holds(host, view.hostText()));
    }

    /** What of it does not hold, as a person would say it; empty: it holds. For explanations only. */
    public List<String> differences(RequestView view) {
        List<String> differences = new ArrayList<>();
        if (!path.holds(view.path())) {
            differences.add("path differs (" + view.pathText() + " is not " + spec.path() + ")");
        }
        if (!holdsForHost(view)) {
            differences.add(
                    "host differs (" + view.hostText() + " is not " + either(spec.hosts()) + ")");
        }
        if (!holdsForMethod(view)) {
            differences.add(
                    "method differs ("
                            + view.methodText()
                            + " is not "
                            + either(spec.methods())
                            + ")");
        }
        for (ValueTest header : headers) {
            if (!header.holdsForField(view.head())) {
                differences.add("header differs (wanted " + header.match() + ")");
            }
        }
        for (ValueTest parameter : query) {
            if (!parameter.holdsForParameter(view.query())) {
                differences.add("query differs (wanted " + parameter.match() + ")");
            }
        }
        if (!spec.from().matches(view.caller())) {
            differences.add("caller differs (not " + spec.from() + ")");
        }
        return differences;
    }

    private static String either(List<String> words) {
        return String.join(" or ", words);
    }

    /** Whether every request for which {@code other} holds fulfils this too, as far as that is plain to see. */
    public boolean covers(RequestCondition other) {
        return covers(headers, other.headers)
                && covers(query, other.query)
                && (spec.from().isAny()
                        || other.spec.from().terms().containsAll(spec.from().terms()))
                && coversMethods(other)
                && path.covers(other.path)
                && HostText.covers(spec.hosts(), other.spec.hosts());
    }

    /** Two of a thousand routes are compared half a million times: no streams. */
    private static boolean covers(List<ValueTest> tests, List<ValueTest> others) {
        for (ValueTest test : tests) {
            boolean covered = false;
            for (int i = 0; i < others.size() && !covered; i++) {
                covered = test.covers(others.get(i));
            }
            if (!covered) {
                return false;
            }
        }
        return true;
    }

    private boolean coversMethods(RequestCondition other) {
        return methods.isEmpty()
                || !other.methods.isEmpty() && spec.methods().containsAll(other.spec.methods());
    }

    /** As short as it was written. */
    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(", ");
        if (!spec.from().isAny()) {
            text.add("from " + spec.from());
        }
        if (!spec.methods().isEmpty()) {
            text.add("method " + either(spec.methods()));
        }
        if (!spec.hosts().isEmpty()) {
            text.add("host " + either(spec.hosts()));
        }
        text.add(spec.path().toString());
        spec.headers().forEach(match -> text.add("header " + match));
        spec.query().forEach(match -> text.add("query " + match));
        return text.toString();
    }
}
