package dev.asterism.l7.foreign;

import dev.asterism.l7.match.MatchMeet;
import dev.asterism.l7.match.MatchSpec;
import dev.asterism.l7.match.PathMatch;
import dev.asterism.l7.route.FirstMatch;
import dev.asterism.overlay.config.SourcePosition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * ServiceProfile of Linkerd. Its routes are asked in their order, and requests without one go to the service all the
 * same.
 */
final class LinkerdProfiles {

    private static final int MOST_TIMES = 10;
    private static final String META = "\\.+*?()|[]{}^$";

    private final Drafts drafts;

    LinkerdProfiles(Drafts drafts) {
        this.drafts = drafts;
    }

    /** The kinds of others are left alone. */
    void add(List<Resource> resources) {
        resources.stream()
                .filter(one -> one.is(ForeignFiles.LINKERD, "ServiceProfile"))
                .forEach(this::add);
    }

    private void add(Resource profile) {
        Fields spec = profile.specOrEmpty(drafts.findings());
        String name = Drafts.service(profile.name());
        if (!Drafts.isName(name)) {
            spec.refuseAll("%s names no service".formatted(profile.title()), "");
            return;
        }
        ServiceDraft service = drafts.service(name, profile.at());
        if (!profile.name().equals(name)) {
            service.hosts().add(profile.name());
        }
        Tree to = destination(spec, service);
        budget(spec.map("retryBudget"), service);
        List<FirstMatch.Entry<RouteDraft>> inOrder = new ArrayList<>();
        for (Fields route : spec.maps("routes")) {
            int before = drafts.findings().count();
            MatchSpec match = condition(route.map("condition"), route);
            boolean whole = drafts.findings().count() == before;
            Tree action = new Tree(route.at()).addAllOf(to);
            policies(route, action);
            route.ignore("name");
            route.refuseRest(Map.of());
            if (whole) {
                RouteDraft draft = new RouteDraft(match, route.at(), action);
                inOrder.add(new FirstMatch.Entry<>(match, draft));
            } else {
                route.noteAll("this route is left out, as a part of its condition is refused");
            }
        }
        RouteDraft rest = new RouteDraft(MatchSpec.ALL, spec.at(), to);
        inOrder.add(new FirstMatch.Entry<>(MatchSpec.ALL, rest));
        IstioServices.order(inOrder, service, drafts.findings());
        spec.ignore("opaquePorts");
        spec.refuseRest(Map.of());
    }

    /** Without dstOverrides all goes to the nodes of the service. */
    private static Tree destination(Fields spec, ServiceDraft service) {
        Tree to = new Tree(spec.at());
        Map<String, Integer> weights = new LinkedHashMap<>();
        for (Fields one : spec.maps("dstOverrides")) {
            String authority = one.text("authority", "");
            int colon = authority.lastIndexOf(':');
            String host = colon < 0 ? authority : authority.substring(0, colon);
            String pool = Drafts.service(host);
            int weight = weight(one);
            one.refuseRest(Map.of());
            if (Drafts.isName(pool)) {
                service.pool(pool, pool, port(authority, colon), one);
                weights.merge(pool, weight, Integer::sum);
            } else {
                one.refuse("authority", "`%s` names no service".formatted(authority), "");
            }
        }
        if (weights.isEmpty()) {
            service.pool(service.name(), service.name(), -1, spec);
            to.put("to", service.name());
        } else {
            GatewayBackends.send(weights, to, spec);
        }
        return to;
    }

    private static int port(String authority, int colon) {
        String digits = colon < 0 ? "" : authority.substring(colon + 1);
        return digits.matches("[0-9]{1,5}") ? Integer.parseInt(digits) : -1;
    }

    /** A quantity of Kubernetes: 500m is half of 1; in thousandths. */
    private static int weight(Fields one) {
        String text = one.text("weight", "1");
        if (text.matches("[0-9]{1,6}m")) {
            return Integer.parseInt(text.substring(0, text.length() - 1));
        }
        if (text.matches("[0-9]{1,3}")) {
            return 1000 * Integer.parseInt(text);
        }
        one.refuse("weight", "`%s` is no weight such as 1 or 500m".formatted(text), "");
        return 0;
    }

    private static void budget(@Nullable Fields budget, ServiceDraft service) {
        if (budget == null) {
            return;
        }
        String ratio = budget.text("retryRatio");
        int floor = budget.whole("minRetriesPerSecond", 0, 1_000_000);
        Tree ours = new Tree(budget.at());
        if (ratio != null && ratio.matches("[0-9]{1,2}(\\.[0-9]{1,9})?")) {
            ours.put("ratio", Retries.percent(Double.parseDouble(ratio)));
        } else if (ratio != null) {
            budget.refuse("retryRatio", "`%s` is no number such as 0.2".formatted(ratio), "");
        }
        if (floor == 0) {
            budget.refuse("minRetriesPerSecond", "0 is not supported: 1 is written", "");
        }
        ours.put("floor", floor < 0 ? null : Math.max(floor, 1) + "/s");
        ours.put("window", budget.duration("ttl"));
        budget.refuseRest(Map.of());
        service.policies().put("retry", new Tree(budget.at()).put("budget", ours));
    }

    private static MatchSpec condition(@Nullable Fields condition, Fields route) {
        if (condition == null) {
            route.refuseAll("a route needs a condition", "");
            return MatchSpec.ALL;
        }
        String regex = condition.text("pathRegex");
        String method = condition.text("method");
        MatchSpec match = MatchSpec.ALL.withPath(regex == null ? PathMatch.ANY : path(regex));
        if (method != null) {
            match = match.withMethods(method);
        }
        for (Fields part : condition.maps("all")) {
            MatchMeet both = meet(match, condition(part, route));
            if (both.match() == null) {
                part.refuseAll("these conditions are not supported together", "");
                return match;
            }
            match = both.match();
        }
        condition.refuseRest(
                Map.of("any", "write a route for each", "not", "put another route before it"));
        return match;
    }

    private static MatchMeet meet(MatchSpec a, MatchSpec b) {
        try {
            return MatchMeet.of(a, b);
        } catch (IllegalArgumentException e) {
            return new MatchMeet(MatchMeet.Kind.UNKNOWN, null);
        }
    }

    /** An expression without signs is a path. */
    private static PathMatch path(String regex) {
        String plain = regex.replace("\\.", "").replace("\\-", "");
        boolean exact = plain.startsWith("/") && plain.chars().noneMatch(c -> META.indexOf(c) >= 0);
        return exact ? PathMatch.exact(regex.replace("\\", "")) : PathMatch.regex(regex);
    }

    private static void policies(Fields route, Tree action) {
        action.put(
                "timeout", new Tree(route.at("timeout")).put("request", route.duration("timeout")));
        Set<String> failures = failures(route);
        if (route.flag("isRetryable")) {
            SourcePosition at = route.at("isRetryable");
            Set<String> on = new LinkedHashSet<>(List.of("connect", "refused", "reset"));
            on.addAll(failures.isEmpty() ? Set.of("5xx") : failures);
            action.put(
                    "retry",
                    new Tree(at)
                            .put("on", on)
                            .put("times", Tree.number(at, MOST_TIMES))
                            .put("methods", List.of("any")));
        } else if (!failures.isEmpty()) {
            route.note(
                    "responseClasses", "what counts as a failure is not set for each route here");
        }
    }

    /** Codes that are failures by the profile; none: it does not say. */
    private static Set<String> failures(Fields route) {
        Set<String> codes = new LinkedHashSet<>();
        for (Fields one : route.maps("responseClasses")) {
            boolean failure = one.flag("isFailure");
            Fields condition = one.map("condition");
            Fields status = condition == null ? null : condition.map("status");
            int least = status == null ? -1 : status.whole("min", 100, 599);
            int most = status == null ? -1 : status.whole("max", 100, 599);
            if (condition != null) {
                condition.refuseRest(Map.of());
            }
            one.refuseRest(Map.of());
            int first = Math.max(400, least < 0 ? most : least);
            for (int code = first; failure && code <= (most < 0 ? first : most); code++) {
                codes.add(String.valueOf(code));
            }
        }
        return codes;
    }
}
