package dev.asterism.l7.match;

import dev.asterism.l7.identity.Selector;
import java.util.List;

/**
 * Which requests a route or rule is about, as a file says it. All parts must hold; of methods and hosts one must.
 *
 * @param path of which at most one may be given: exact, prefix by whole segments, regular expression, or gRPC method
 * @param methods in upper case; none: every method
 * @param headers of which each must hold
 * @param query of which each must hold
 * @param hosts names or {@code *.} and a suffix, without a port; none: every host
 * @param from who may have sent it; {@link Selector#ANY} when nothing is said
 */
public record MatchSpec(
        PathMatch path,
        List<String> methods,
        List<ValueMatch> headers,
        List<ValueMatch> query,
        List<String> hosts,
        Selector from) {

    /** Every request. */
    public static final MatchSpec ALL =
            new MatchSpec(PathMatch.ANY, List.of(), List.of(), List.of(), List.of(), Selector.ANY);

    public MatchSpec {
        methods = List.copyOf(methods);
        headers = List.copyOf(headers);
        query = List.copyOf(query);
        hosts = List.copyOf(hosts);
    }

    public MatchSpec withPath(PathMatch other) {
        return new MatchSpec(other, methods, headers, query, hosts, from);
    }

    public MatchSpec withMethods(String... names) {
        return new MatchSpec(path, List.of(names), headers, query, hosts, from);
    }

    public MatchSpec withHeaders(ValueMatch... matches) {
        return new MatchSpec(path, methods, List.of(matches), query, hosts, from);
    }

    public MatchSpec withQuery(ValueMatch... matches) {
        return new MatchSpec(path, methods, headers, List.of(matches), hosts, from);
    }

    public MatchSpec withHosts(String... names) {
        return new MatchSpec(path, methods, headers, query, List.of(names), from);
    }

    public MatchSpec withFrom(Selector selector) {
        return new MatchSpec(path, methods, headers, query, hosts, selector);
    }
}
