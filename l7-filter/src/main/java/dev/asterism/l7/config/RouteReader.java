package dev.asterism.l7.config;

import dev.asterism.l7.authz.AuthzSpec;
import dev.asterism.l7.fault.FaultSpec;
import dev.asterism.l7.http.FieldNames;
import dev.asterism.l7.identity.Priority;
import dev.asterism.l7.identity.Selector;
import dev.asterism.l7.match.PathMatch;
import dev.asterism.l7.proxy.TrafficPolicy;
import dev.asterism.l7.retry.GrpcStatus;
import dev.asterism.l7.route.BranchSpec;
import dev.asterism.l7.route.HeaderSpec;
import dev.asterism.l7.route.MirrorSpec;
import dev.asterism.l7.route.RedirectSpec;
import dev.asterism.l7.route.RespondSpec;
import dev.asterism.l7.route.RewriteSpec;
import dev.asterism.l7.route.RouteFinding;
import dev.asterism.l7.route.RouteSpec;
import dev.asterism.l7.route.Routes;
import dev.asterism.l7.route.SplitSpec;
import dev.asterism.l7.route.StickySpec;
import dev.asterism.overlay.config.Section;
import dev.asterism.overlay.text.NearestWord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The routes of one service. */
final class RouteReader {

    private static final int MOST_WEIGHT = 1_000_000;
    private static final int ALL = 10_000;

    private final Set<String> pools;
    private final String firstPool;
    private final TrafficPolicy service;
    private final AuthzSpec.Mode mode;
    private final List<TrafficPolicy> policies = new ArrayList<>();

    /**
     * @param pools their names, the one that gets what no route sends elsewhere first
     * @param service what holds where a route says nothing
     */
    RouteReader(List<String> pools, TrafficPolicy service, AuthzSpec.Mode mode) {
        this.pools = new java.util.LinkedHashSet<>(pools);
        this.firstPool = pools.getFirst();
        this.service = service;
        this.mode = mode;
    }

    /** What {@link RouteSpec#policy} of the routes read so far points into. */
    List<TrafficPolicy> policies() {
        return policies;
    }

    List<RouteSpec> read(Section at) {
        List<RouteSpec> routes = new ArrayList<>();
        List<Section> sections = at.sections("routes");
        for (int i = 0; i < sections.size(); i++) {
            routes.add(route(sections.get(i), i + 1));
        }
        FieldNames names = FieldNames.with(Routes.fieldNames(routes));
        List<RouteFinding> findings = Routes.compile(routes, names).findings();
        if (!findings.isEmpty()) {
            tell(findings, routes, sections);
        }
        return routes;
    }

    /** Each at the route that it is about: of several in one line, the one that its message begins with. */
    private static void tell(
            List<RouteFinding> findings, List<RouteSpec> routes, List<Section> sections) {
        Map<String, List<Integer>> bySource = new HashMap<>();
        for (int i = 0; i < routes.size(); i++) {
            bySource.computeIfAbsent(routes.get(i).source(), _ -> new ArrayList<>()).add(i);
        }
        for (RouteFinding finding : findings) {
            List<Integer> there = bySource.getOrDefault(finding.source(), List.of(0));
            int about = there.getFirst();
            for (int i : there) {
                if (finding.message().startsWith("route '" + routes.get(i).name() + "'")) {
                    about = i;
                    break;
                }
            }
            tell(finding, sections.get(about));
        }
    }

    private static void tell(RouteFinding finding, Section section) {
        String key = section.keys().isEmpty() ? "match" : section.keys().getFirst();
        if (finding.severity() == RouteFinding.Severity.ERROR) {
            section.error(key, finding.message(), "");
        } else {
            section.notice(key, finding.message(), "");
        }
    }

    private RouteSpec route(Section section, int number) {
        FieldReader route = new FieldReader(section);
        var match = MatchReader.read(route.map("match").section(), true);
        boolean prefix = match.path().kind() == PathMatch.Kind.PREFIX;
        RedirectSpec redirect = redirect(route, prefix);
        RespondSpec respond = respond(route);
        checkOneDestination(section);
        SplitSpec split = redirect == null && respond == null ? split(route) : SplitSpec.NOWHERE;
        return RouteSpec.named("route-" + number, source(section))
                .match(match)
                .split(split)
                .request(request(section))
                .response(response(section))
                .rewrite(rewrite(route, prefix))
                .redirect(redirect)
                .respond(respond)
                .fault(fault(route))
                .mirror(mirror(route))
                .rollout(new RolloutReader(route, split).read(this::known, firstPool))
                .rules(
                        new AuthzSpec(
                                mode,
                                MatchReader.rules(section, "deny"),
                                MatchReader.rules(section, "allow")))
                .policy(policy(route))
                .priority(
                        route.has("class")
                                ? route.choice("class", Priority.NORMAL, Priority.values())
                                : null)
                .build();
    }

    private static String source(Section section) {
        return section.source(section.keys().isEmpty() ? "match" : section.keys().getFirst());
    }

    private static void checkOneDestination(Section route) {
        List<String> given = new ArrayList<>();
        for (String key : List.of("to", "split", "redirect", "respond")) {
            if (route.has(key)) {
                given.add(key);
            }
        }
        if (given.size() > 1) {
            route.error(
                    given.get(1),
                    "a route has one of to, split, redirect and respond, not "
                            + String.join(" and ", given),
                    "write two routes");
        }
    }

    private SplitSpec split(FieldReader route) {
        Section section = route.section();
        List<BranchSpec> branches = new ArrayList<>();
        if (!section.has("split")) {
            String pool = route.value("to", firstPool, this::known);
            branches.add(BranchSpec.of(pool, 1));
        } else {
            section.texts("split")
                    .forEach((pool, weight) -> branch(section, pool, weight, branches));
        }
        return new SplitSpec(
                branches,
                route.value("sticky", StickySpec.NONE, StickySpec::parse),
                route.choice("on_empty", Empty.FALLBACK, Empty.values()) == Empty.FAIL
                        ? SplitSpec.OnEmpty.FAIL
                        : SplitSpec.OnEmpty.FALL_BACK);
    }

    /** As a file writes them. */
    private enum Empty {
        FALLBACK,
        FAIL
    }

    private void branch(Section route, String pool, String weight, List<BranchSpec> into) {
        try {
            if (!weight.matches("[0-9]{1,7}") || Integer.parseInt(weight) > MOST_WEIGHT) {
                throw new IllegalArgumentException(
                        "the weight of %s is `%s`, not 0 to 1000000".formatted(pool, weight));
            }
            into.add(BranchSpec.of(known(pool), Integer.parseInt(weight)));
        } catch (IllegalArgumentException e) {
            route.error("split", String.valueOf(e.getMessage()), "");
            into.add(BranchSpec.of(firstPool, 1)); // the next checks are about routes that work
        }
    }

    private String known(String pool) {
        if (pools.contains(pool)) {
            return pool;
        }
        String near = NearestWord.of(pool, pools);
        throw new IllegalArgumentException(
                "there is no pool `%s`%s; pools are %s"
                        .formatted(
                                pool,
                                near.isEmpty() ? "" : " (did you mean " + near + "?)",
                                String.join(", ", pools)));
    }

    private static HeaderSpec request(Section route) {
        SequencedMap<String, String> set = new LinkedHashMap<>();
        route.texts("set_headers")
                .forEach((name, value) -> set.put(fieldName(route, "set_headers", name), value));
        List<String> remove =
                route.words("remove_headers").stream()
                        .map(name -> fieldName(route, "remove_headers", name))
                        .toList();
        return new HeaderSpec(set, added(route, "add_headers"), remove);
    }

    private static SequencedMap<String, String> added(Section route, String key) {
        SequencedMap<String, String> add = new LinkedHashMap<>();
        route.texts(key).forEach((name, value) -> add.put(fieldName(route, key, name), value));
        return add;
    }

    private static HeaderSpec response(Section route) {
        SequencedMap<String, String> set = new LinkedHashMap<>();
        List<String> remove = new ArrayList<>();
        route.texts("response_headers")
                .forEach(
                        (name, value) -> {
                            String field = fieldName(route, "response_headers", name);
                            if (value.isEmpty()) {
                                remove.add(field);
                            } else {
                                set.put(field, value);
                            }
                        });
        return new HeaderSpec(set, added(route, "add_response_headers"), remove);
    }

    /** In lower case; which names may be changed is checked when the routes are compiled. */
    private static String fieldName(Section at, String key, String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (!lower.matches("[!#$%&'*+.^_`|~0-9a-z-]+")) {
            at.error(key, "`%s` is no name of a header field".formatted(name), "");
            return "x-none";
        }
        return lower;
    }

    private static @Nullable RewriteSpec rewrite(FieldReader route, boolean hasPrefix) {
        if (!route.has("rewrite")) {
            return null;
        }
        FieldReader rewrite = route.map("rewrite");
        checkPrefix(rewrite, hasPrefix);
        return new RewriteSpec(
                text(rewrite, "prefix"), text(rewrite, "path"), text(rewrite, "host"));
    }

    private static void checkPrefix(FieldReader change, boolean hasPrefix) {
        if (change.has("prefix") && !hasPrefix) {
            change.section()
                    .error(
                            "prefix",
                            "there is no prefix to rewrite",
                            "give the route match.prefix");
        }
        if (change.has("prefix") && change.has("path")) {
            change.section().error("path", "only one of prefix and path may be given", "");
        }
    }

    private static @Nullable String text(FieldReader at, String key) {
        return at.section().written(key);
    }

    private static @Nullable RedirectSpec redirect(FieldReader route, boolean hasPrefix) {
        if (!route.has("redirect")) {
            return null;
        }
        FieldReader to = route.map("redirect");
        checkPrefix(to, hasPrefix);
        String scheme = text(to, "scheme");
        if (scheme != null && !scheme.equals("http") && !scheme.equals("https")) {
            to.section().error("scheme", "`%s` is neither http nor https".formatted(scheme), "");
        }
        int code = to.integer("code", 301, 308, 302);
        if (code == 304 || code == 305 || code == 306) {
            to.section().error("code", "a redirect is 301, 302, 303, 307 or 308", "");
            code = 302;
        }
        return new RedirectSpec(
                code,
                scheme,
                text(to, "host"),
                to.integer("port", 1, 65_535, 0),
                text(to, "prefix"),
                text(to, "path"));
    }

    private static @Nullable RespondSpec respond(FieldReader route) {
        if (!route.has("respond")) {
            return null;
        }
        FieldReader answer = route.map("respond");
        String body =
                answer.value(
                        "body",
                        "",
                        text -> {
                            if (text.length() > RespondSpec.MOST_CHARACTERS) {
                                throw new IllegalArgumentException(
                                        "longer than %d characters"
                                                .formatted(RespondSpec.MOST_CHARACTERS));
                            }
                            return text;
                        });
        return new RespondSpec(answer.integer("code", 200, 599, 200), body);
    }

    private static @Nullable FaultSpec fault(FieldReader route) {
        if (!route.has("fault")) {
            return null;
        }
        FieldReader fault = route.map("fault");
        Duration delay = fault.duration("delay", Duration.ZERO);
        int code = fault.integer("code", 0, 599, 0);
        return new FaultSpec(
                fault.value("percent", ALL, Quantities::tenThousandths),
                delay,
                code,
                fault.value("grpc", FaultSpec.NONE, text -> GrpcStatus.parse(text).code()),
                fault.bytes("slow", 0),
                fault.selector("from", Selector.ANY),
                route.source("fault"));
    }

    private @Nullable MirrorSpec mirror(FieldReader route) {
        if (!route.section().knows("mirror") || !route.has("mirror")) {
            return null;
        }
        FieldReader mirror = route.map("mirror");
        if (!mirror.has("to")) {
            mirror.section().error("to", "a mirror needs to: the name of a pool", "to: next");
        }
        return new MirrorSpec(
                mirror.value("to", firstPool, this::known),
                mirror.value("percent", ALL, Quantities::tenThousandths),
                route.source("mirror"));
    }

    private int policy(FieldReader route) {
        boolean own =
                Stream.of("timeout", "retry", "hedge", "limit")
                        .anyMatch(key -> route.section().knows(key) && route.has(key));
        if (!own) {
            return RouteSpec.OF_SERVICE;
        }
        refuse(route, "timeout", "connect");
        refuse(route, "retry", "budget");
        policies.add(
                new TrafficPolicy(
                        route.section().knows("retry")
                                ? PolicyReader.retry(route, service.retry())
                                : service.retry(),
                        route.section().knows("hedge")
                                ? PolicyReader.hedge(route, service.hedge())
                                : service.hedge(),
                        PolicyReader.timeout(route, service.timeout()),
                        PolicyReader.limit(route, mode == AuthzSpec.Mode.AUDIT)));
        return policies.size() - 1;
    }

    /** What belongs to the service as a whole. */
    private static void refuse(FieldReader route, String key, String part) {
        Section section = route.section();
        if (section.isMap(key) && section.section(key).has(part)) {
            section.section(key)
                    .error(
                            part,
                            "a route has no %s.%s of its own".formatted(key, part),
                            "set it at the service");
        }
    }
}
