package dev.asterism.l7.foreign;

import dev.asterism.l7.foreign.Fields.Word;
import dev.asterism.l7.match.MatchSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * HTTPRoute and GRPCRoute of the Gateway API. Its precedence of matches is ours ({@code route.Precedence}), so only the
 * order of routes that say equally much is to be kept: the oldest document first, then by name, then as they stand.
 */
final class GatewayRoutes {

    /** A document's part of a service; the hosts are those that its routes name. */
    private record Target(ServiceDraft service, List<String> hosts) {}

    private static final String HTTP = "HTTPRoute";
    private static final String GRPC = "GRPCRoute";

    private static final Map<String, String> OF_RULE =
            Map.of(
                    "sessionPersistence",
                    "sticky keeps a client on its pool, balance: hash:header:NAME on its endpoint");

    private final Drafts drafts;

    /** The kind of the routes of a service, as only one may have it. */
    private final Map<String, String> kinds = new LinkedHashMap<>();

    GatewayRoutes(Drafts drafts) {
        this.drafts = drafts;
    }

    /** The kinds of others are left alone. */
    void add(List<Resource> resources) {
        for (String kind : List.of(GRPC, HTTP)) {
            resources.stream()
                    .filter(one -> one.is(ForeignFiles.GATEWAY, kind))
                    .sorted(Resource.OLDEST_FIRST)
                    .forEach(this::add);
        }
    }

    private void add(Resource route) {
        Fields spec = route.specOrEmpty(drafts.findings());
        Set<Target> targets = targets(route, spec);
        List<Fields> rules = spec.maps("rules");
        if (rules.isEmpty() && !targets.isEmpty()) {
            spec.refuseAll(route.title() + " has no rules", "");
        }
        for (Target target : targets) {
            String other = kinds.putIfAbsent(target.service.name(), route.kind());
            if (other != null && !other.equals(route.kind())) {
                spec.refuseAll(
                        "%s is not used: %s has routes of the kind %s"
                                .formatted(route.title(), target.service.name(), other),
                        "write them as one kind");
                continue;
            }
            rules.forEach(rule -> add(rule, route, target));
        }
        spec.refuseRest(Map.of());
    }

    private Set<Target> targets(Resource route, Fields spec) {
        Set<Target> targets = new LinkedHashSet<>();
        List<String> hosts = hosts(spec);
        List<Fields> parents = spec.maps("parentRefs");
        if (parents.isEmpty()) {
            spec.refuse(
                    "parentRefs",
                    route.title() + " has no parentRefs",
                    "name the Service that is called, or a Gateway");
        }
        for (Fields parent : parents) {
            String kind = parent.text("kind", "Gateway");
            String group = parent.text("group", kind.equals("Service") ? "" : ForeignFiles.GATEWAY);
            int port = parent.whole("port", 1, 65_535);
            String name = parent.text("name", "");
            if (kind.equals("Service") && (group.isEmpty() || group.equals("core"))) {
                if (isOfService(route, parent, name)) {
                    if (!hosts.isEmpty()) {
                        spec.note("hostnames", "hostnames say nothing beside a Service");
                    }
                    ServiceDraft service = drafts.service(name, spec.at("parentRefs"));
                    service.front(port);
                    targets.add(new Target(service, List.of()));
                }
            } else if (kind.equals("Gateway") && group.equals(ForeignFiles.GATEWAY)) {
                parent.ignore("namespace", "sectionName");
                ServiceDraft service = ofHosts(route, hosts, spec);
                service.front(port);
                targets.add(new Target(service, hosts));
            } else {
                parent.refuse("kind", "a parent of kind %s is not supported".formatted(kind), "");
                parent.ignore("namespace", "sectionName");
            }
            parent.refuseRest(Map.of("sectionName", "write the number of the port under port"));
        }
        return targets;
    }

    private static boolean isOfService(Resource route, Fields parent, String name) {
        String namespace = parent.text("namespace", route.namespace());
        if (!Drafts.isName(name)) {
            parent.refuse("name", "`%s` is no name of a Service".formatted(name), "");
            return false;
        }
        if (!namespace.equals(route.namespace())) {
            parent.refuse(
                    "namespace",
                    "a Service of another namespace is not supported",
                    "match.from: group:NAME names callers");
            return false;
        }
        return true;
    }

    private static List<String> hosts(Fields spec) {
        List<String> hosts = new ArrayList<>();
        List<Word> words = spec.words("hostnames");
        for (int i = 0; i < words.size(); i++) {
            Word word = words.get(i);
            String host = word.text().toLowerCase(Locale.ROOT);
            if (host.startsWith("*")) {
                spec.findings()
                        .refuse(
                                word.at(),
                                spec.path("hostnames") + "[" + i + "]",
                                "`%s`: no service is called by a host with *".formatted(host),
                                "list the names");
            } else {
                hosts.add(host);
            }
        }
        return List.copyOf(hosts);
    }

    /** Routes that share a host are of one service, as a host names one. */
    private ServiceDraft ofHosts(Resource route, List<String> hosts, Fields spec) {
        ServiceDraft draft =
                drafts.all().stream()
                        .filter(one -> one.hosts().stream().anyMatch(hosts::contains))
                        .findFirst()
                        .orElseGet(() -> drafts.service(name(route), spec.at("hostnames")));
        if (hosts.isEmpty()) {
            spec.note(
                    "hostnames",
                    "without hostnames the service is called as %s or %s.mesh"
                            .formatted(draft.name(), draft.name()));
        }
        draft.hosts().addAll(hosts);
        return draft;
    }

    /** A name of a route may have dots. */
    private static String name(Resource route) {
        return route.name().replace('.', '-');
    }

    private void add(Fields rule, Resource route, Target target) {
        boolean grpc = route.kind().equals(GRPC);
        List<RouteDraft> matches = matches(rule, grpc, target.hosts);
        Tree action = new Tree(rule.at());
        GatewayFilters filters = new GatewayFilters(action);
        filters.add(rule, grpc);
        rule.ignore("name");
        List<Fields> backends = rule.maps("backendRefs");
        GatewayBackends to = new GatewayBackends(route, target.service);
        if (!action.has("redirect")) {
            to.add(backends, action, rule);
        } else if (!backends.isEmpty()) {
            rule.refuse("backendRefs", "a redirect has no backends", "write two rules");
        }
        filters.addMirror(to);
        if (!grpc) {
            policies(rule, action);
        }
        rule.refuseRest(OF_RULE);
        for (RouteDraft match : matches) {
            target.service.routes().add(new RouteDraft(match.match(), match.at(), action));
        }
    }

    /** Of several one must fit, so each is a route. */
    private static List<RouteDraft> matches(Fields rule, boolean grpc, List<String> hosts) {
        int found = rule.findings().count();
        List<Fields> written = rule.maps("matches");
        List<RouteDraft> matches = new ArrayList<>();
        for (Fields one : written) {
            int before = one.findings().count();
            MatchSpec match = grpc ? GatewayMatches.grpc(one) : GatewayMatches.http(one);
            if (one.findings().count() == before) {
                matches.add(new RouteDraft(withHosts(match, hosts), one.at(), new Tree(one.at())));
            }
        }
        if (written.isEmpty() && rule.findings().count() == found) {
            MatchSpec all = withHosts(MatchSpec.ALL, hosts);
            matches.add(new RouteDraft(all, rule.at(), new Tree(rule.at())));
        }
        return matches;
    }

    private static MatchSpec withHosts(MatchSpec match, List<String> hosts) {
        return match.withHosts(hosts.toArray(String[]::new));
    }

    private static void policies(Fields rule, Tree action) {
        Fields timeouts = rule.map("timeouts");
        boolean perTry = false;
        if (timeouts != null) {
            String request = timeouts.duration("request");
            String attempt = timeouts.duration("backendRequest");
            perTry = attempt != null;
            action.put(
                    "timeout", new Tree(timeouts.at()).put("request", request).put("try", attempt));
            timeouts.refuseRest(Map.of());
        }
        Fields retry = rule.map("retry");
        if (retry == null) {
            return;
        }
        Set<String> on = new LinkedHashSet<>(List.of("connect", "refused", "reset"));
        if (perTry) {
            on.add("timeout");
        }
        for (Word code : retry.words("codes")) {
            on.add(code.text());
        }
        int attempts = Retries.times(retry, "attempts");
        action.put(
                "retry",
                new Tree(retry.at())
                        .put("on", on)
                        .put("times", attempts < 0 ? null : Tree.number(retry.at(), attempts))
                        .put("backoff", Retries.backoff(retry.duration("backoff"))));
        retry.refuseRest(Map.of());
    }
}
