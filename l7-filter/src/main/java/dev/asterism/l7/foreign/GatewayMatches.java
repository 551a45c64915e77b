package dev.asterism.l7.foreign;

import dev.asterism.l7.match.MatchMeet;
import dev.asterism.l7.match.MatchSpec;
import dev.asterism.l7.match.PathMatch;
import dev.asterism.l7.match.ValueMatch;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** One entry of {@code matches}; what it has that we have not is refused. */
final class GatewayMatches {

    private static final String EXACT = "Exact";
    private static final String REGEX = "RegularExpression";

    private GatewayMatches() {}

    static MatchSpec http(Fields match) {
        PathMatch path = path(match);
        String method = match.text("method");
        MatchSpec spec =
                new MatchSpec(
                        path,
                        method == null ? List.of() : List.of(method),
                        values(match, "headers", true),
                        values(match, "queryParams", false),
                        List.of(),
                        MatchSpec.ALL.from());
        match.refuseRest(Map.of());
        return spec;
    }

    private static PathMatch path(Fields match) {
        Fields path = match.map("path");
        if (path == null) {
            return PathMatch.ANY;
        }
        String type = path.text("type", "PathPrefix");
        String value = path.text("value", "/");
        path.refuseRest(Map.of());
        boolean regex = type.equals(REGEX);
        if (!regex && !value.startsWith("/")) {
            path.refuse("value", "`%s` does not begin with /".formatted(value), "");
        }
        return switch (type) {
            case EXACT -> PathMatch.exact(value);
            case REGEX -> PathMatch.regex(value);
            case "PathPrefix" -> value.equals("/") ? PathMatch.ANY : PathMatch.prefix(value);
            default -> {
                refuseType(path, type, "Exact, PathPrefix or RegularExpression");
                yield PathMatch.ANY;
            }
        };
    }

    private static void refuseType(Fields at, String type, String wanted) {
        at.refuse("type", "the type `%s` is not supported".formatted(type), wanted);
    }

    /** Of entries with the same name the first counts, says the Gateway API. */
    private static List<ValueMatch> values(Fields match, String key, boolean fields) {
        List<ValueMatch> values = new ArrayList<>();
        Set<String> names = new LinkedHashSet<>();
        for (Fields one : match.maps(key)) {
            String name = one.text("name", "");
            String type = one.text("type", EXACT);
            String value = one.text("value", "");
            one.refuseRest(Map.of());
            if (name.isEmpty()) {
                one.refuseAll("an entry of %s needs a name".formatted(key), "");
            } else if (!names.add(fields ? name.toLowerCase(Locale.ROOT) : name)) {
                one.note("name", "`%s` stands there twice: the first counts".formatted(name));
            } else if (type.equals(EXACT)) {
                values.add(new ValueMatch(name, ValueMatch.Kind.EXACT, value));
            } else if (type.equals(REGEX)) {
                values.add(new ValueMatch(name, ValueMatch.Kind.REGEX, value));
            } else {
                refuseType(one, type, "Exact or RegularExpression");
            }
        }
        return values;
    }

    static MatchSpec grpc(Fields match) {
        Fields method = match.map("method");
        List<ValueMatch> headers = values(match, "headers", true);
        match.refuseRest(Map.of());
        PathMatch path = method == null ? PathMatch.ANY : method(method);
        return new MatchSpec(path, List.of(), headers, List.of(), List.of(), MatchSpec.ALL.from());
    }

    private static PathMatch method(Fields method) {
        String type = method.text("type", EXACT);
        String service = method.text("service", "");
        String name = method.text("method", "");
        method.refuseRest(Map.of());
        if (service.isEmpty() && name.isEmpty()) {
            method.refuseAll("a method needs service, method or both", "");
            return PathMatch.ANY;
        }
        if (type.equals(REGEX)) {
            return PathMatch.regex("/%s/%s".formatted(group(service), group(name)));
        }
        if (!type.equals(EXACT)) {
            refuseType(method, type, "Exact or RegularExpression");
            return PathMatch.ANY;
        }
        if (service.isEmpty()) {
            return PathMatch.regex("/[^/]+/" + MatchMeet.quoted(name));
        }
        return PathMatch.grpc(name.isEmpty() ? service : service + "/" + name);
    }

    private static String group(String expression) {
        return expression.isEmpty() ? "[^/]+" : "(?:" + expression + ")";
    }
}
