package dev.asterism.l7.config;

import dev.asterism.l7.authz.AuthzSpec;
import dev.asterism.l7.authz.RuleSpec;
import dev.asterism.l7.health.OfferSpec;
import dev.asterism.l7.match.MatchSpec;
import dev.asterism.l7.match.PathMatch;
import dev.asterism.l7.match.ValueMatch;
import dev.asterism.l7.pool.PoolSpec;
import dev.asterism.l7.proxy.ServiceSide;
import dev.asterism.l7.proxy.ServiceSpec;
import dev.asterism.l7.proxy.TrafficPolicy;
import dev.asterism.l7.proxy.UpstreamPolicy;
import dev.asterism.l7.route.RedirectSpec;
import dev.asterism.l7.route.RewriteSpec;
import dev.asterism.l7.route.RouteSpec;
import dev.asterism.l7.route.SplitSpec;
import dev.asterism.l7.route.StickySpec;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One service as lines of YAML, below its name. */
final class ServiceText {

    private static final String HIDDEN = "(hidden)";

    private final ServiceSpec service;
    private final boolean inbound;
    private final boolean hides;

    /**
     * @param hides values that may be secrets: those of header fields and query parameters, and bodies
     */
    ServiceText(ServiceSpec service, boolean hides) {
        this.service = service;
        this.hides = hides;
        this.inbound = service.direction() == ServiceSide.INBOUND;
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("port: " + service.port());
        lines.add("protocol: " + protocol(service.upstream().protocol()));
        TrafficPolicy traffic = service.traffic();
        if (inbound) {
            PoolSpec.Static to = (PoolSpec.Static) service.pools().firstEntry().getValue();
            lines.add("to: " + PolicyText.quoted(address(to.targets().getFirst().address())));
            lines.add("mode: " + FieldReader.word(service.rules().mode()));
            offer(lines);
        } else {
            lines.add("hosts: " + PolicyText.list(service.hosts()));
            pools(lines);
            lines.add("balance: " + PolicyText.quoted(service.upstream().balance().text()));
            lines.add("slow_start: " + PolicyText.of(service.upstream().balance().slowStart()));
            lines.add("retry: " + PolicyText.of(traffic.retry()));
            lines.add("hedge: " + PolicyText.of(traffic.hedge()));
            lines.add("breaker: " + PolicyText.of(service.upstream().breaker()));
        }
        lines.add("timeout: " + PolicyText.of(traffic.timeout()));
        lines.add("max: " + PolicyText.of(service.upstream().max()));
        if (inbound) {
            rules(service.rules(), lines, "");
            lines.add("limit: " + PolicyText.of(traffic.limit()));
            lines.add("overload: " + PolicyText.of(service.upstream().overload()));
        }
        if (!service.routes().isEmpty()) {
            lines.add("routes:");
            service.routes().forEach(route -> route(route, lines));
        }
        return lines;
    }

    private void offer(List<String> lines) {
        OfferSpec offer = service.offer();
        lines.add("advertise: " + offer.advertised());
        if (offer.advertised()) {
            if (!offer.version().isEmpty()) {
                lines.add("version: " + PolicyText.quoted(offer.version()));
            }
            lines.add("weight: " + offer.weight());
            lines.add("health: " + PolicyText.of(offer.health()));
        }
    }

    private static String protocol(UpstreamPolicy.Protocol protocol) {
        return FieldReader.word(protocol);
    }

    private void pools(List<String> lines) {
        boolean single =
                service.pools().size() == 1
                        && service.pools().containsKey(ServiceSpec.DEFAULT_POOL);
        if (single) {
            lines.add("pool: " + pool(service.pools().firstEntry().getValue()));
            return;
        }
        lines.add("pools:");
        service.pools()
                .forEach(
                        (name, pool) ->
                                lines.add("  " + PolicyText.quoted(name) + ": " + pool(pool)));
    }

    private static String pool(PoolSpec pool) {
        return switch (pool) {
            case PoolSpec.Select select ->
                    "{select: " + PolicyText.quoted(select.selector().toString()) + "}";
            case PoolSpec.Dns dns -> "{dns: " + PolicyText.quoted(dns.host()) + "}";
            case PoolSpec.Static fixed ->
                    fixed.targets().stream()
                            .map(ServiceText::target)
                            .map(PolicyText::quoted)
                            .collect(Collectors.joining(", ", "{static: [", "]}"));
            case PoolSpec.Advertised offer ->
                    "{advertised: "
                            + PolicyText.quoted(offer.service())
                            + (offer.version().isEmpty()
                                    ? "}"
                                    : ", version: " + PolicyText.quoted(offer.version()) + "}");
        };
    }

    /** An IPv6 address in brackets. */
    static String address(SocketAddress at) {
        if (!(at instanceof InetSocketAddress address)) {
            return "unix:" + at;
        }
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    private void rules(AuthzSpec rules, List<String> lines, String indent) {
        rules(rules.deny(), "deny", lines, indent);
        rules(rules.allow(), "allow", lines, indent);
    }

    private void rules(List<RuleSpec> rules, String key, List<String> lines, String indent) {
        if (rules.isEmpty()) {
            return;
        }
        lines.add(indent + key + ":");
        rules.forEach(rule -> lines.add(indent + "  - " + match(rule.match(), true)));
    }

    /**
     * @param always whether {@code from} is written also when it is anybody
     */
    private String match(MatchSpec match, boolean always) {
        Map<String, String> parts = new LinkedHashMap<>();
        if (always || !match.from().isAny()) {
            parts.put("from", PolicyText.quoted(match.from().toString()));
        }
        if (!match.methods().isEmpty()) {
            parts.put("method", PolicyText.list(match.methods()));
        }
        if (match.path().kind() != PathMatch.Kind.ANY) {
            parts.put(match.path().kind().key(), PolicyText.quoted(match.path().text()));
        }
        if (!match.hosts().isEmpty()) {
            parts.put("host", PolicyText.list(match.hosts()));
        }
        if (!match.headers().isEmpty()) {
            parts.put("header", map(values(match.headers())));
        }
        if (!match.query().isEmpty()) {
            parts.put("query", map(values(match.query())));
        }
        return flow(parts);
    }

    private String map(Map<String, String> values) {
        Map<String, String> shown = new LinkedHashMap<>();
        values.forEach((name, value) -> shown.put(name, hidden(value)));
        return PolicyText.map(shown);
    }

    private String hidden(String value) {
        return !hides || value.isEmpty() || value.equals("*") ? value : HIDDEN;
    }

    private static Map<String, String> values(List<ValueMatch> matches) {
        Map<String, String> values = new LinkedHashMap<>();
        for (ValueMatch match : matches) {
            String text =
                    switch (match.kind()) {
                        case EXACT -> match.value();
                        case REGEX -> "~" + match.value();
                        case PRESENT -> "*";
                    };
            values.put(match.name(), text);
        }
        return values;
    }

    private static String flow(Map<String, String> parts) {
        return parts.entrySet().stream()
                .map(part -> part.getKey() + ": " + part.getValue())
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private void route(RouteSpec route, List<String> lines) {
        lines.add("  - match: " + match(route.match(), false));
        String indent = "    ";
        destination(route, lines, indent);
        if (!route.request().set().isEmpty()) {
            lines.add(indent + "set_headers: " + map(route.request().set()));
        }
        if (!route.request().add().isEmpty()) {
            lines.add(indent + "add_headers: " + map(route.request().add()));
        }
        if (!route.request().remove().isEmpty()) {
            lines.add(indent + "remove_headers: " + PolicyText.list(route.request().remove()));
        }
        Map<String, String> response = new LinkedHashMap<>(route.response().set());
        route.response().remove().forEach(name -> response.put(name, ""));
        if (!response.isEmpty()) {
            lines.add(indent + "response_headers: " + map(response));
        }
        if (!route.response().add().isEmpty()) {
            lines.add(indent + "add_response_headers: " + map(route.response().add()));
        }
        if (route.fault() != null) {
            lines.add(indent + "fault: " + PolicyText.of(route.fault()));
        }
        if (route.mirror() != null) {
            lines.add(
                    indent
                            + "mirror: {to: %s, percent: %s}"
                                    .formatted(
                                            PolicyText.quoted(route.mirror().pool()),
                                            Quantities.percent(
                                                    route.mirror().tenThousandths() / 10_000.0)));
        }
        if (route.rollout() != null) {
            lines.add(indent + "rollout: " + PolicyText.of(route.rollout()));
        }
        if (route.priority() != null) {
            lines.add(indent + "class: " + route.priority().word());
        }
        rules(route.rules(), lines, indent);
        if (route.policy() != RouteSpec.OF_SERVICE) {
            TrafficPolicy own = service.ofRoutes().get(route.policy());
            lines.add(indent + "timeout: " + PolicyText.ofRoute(own.timeout()));
            lines.add(indent + "limit: " + PolicyText.of(own.limit()));
            if (!inbound) {
                lines.add(indent + "retry: " + PolicyText.ofRoute(own.retry()));
                lines.add(indent + "hedge: " + PolicyText.of(own.hedge()));
            }
        }
    }

    private static String target(PoolSpec.Target target) {
        String weight = target.weight() == 1 ? "" : " weight " + target.weight();
        return address(target.address()) + weight;
    }

    private void destination(RouteSpec route, List<String> lines, String indent) {
        if (route.redirect() != null) {
            lines.add(indent + "redirect: " + redirect(route.redirect()));
        } else if (route.respond() != null) {
            lines.add(
                    indent
                            + "respond: {code: %d, body: %s}"
                                    .formatted(
                                            route.respond().code(),
                                            PolicyText.quoted(hidden(route.respond().body()))));
        } else if (!inbound) {
            split(route.split(), lines, indent);
        }
        if (route.rewrite() != null) {
            lines.add(indent + "rewrite: " + rewrite(route.rewrite()));
        }
    }

    private static void split(SplitSpec split, List<String> lines, String indent) {
        if (split.branches().size() == 1 && split.branches().getFirst().weight() == 1) {
            lines.add(indent + "to: " + PolicyText.quoted(split.branches().getFirst().pool()));
        } else {
            lines.add(
                    indent
                            + split.branches().stream()
                                    .map(b -> PolicyText.quoted(b.pool()) + ": " + b.weight())
                                    .collect(Collectors.joining(", ", "split: {", "}")));
        }
        StickySpec sticky = split.sticky();
        if (sticky.kind() != StickySpec.Kind.NONE) {
            String kind = sticky.kind().name().toLowerCase(Locale.ROOT);
            String text = sticky.name().isEmpty() ? kind : kind + ":" + sticky.name();
            lines.add(indent + "sticky: " + PolicyText.quoted(text));
        }
        if (split.onEmpty() == SplitSpec.OnEmpty.FAIL) {
            lines.add(indent + "on_empty: fail");
        }
    }

    private static String redirect(RedirectSpec redirect) {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("code", String.valueOf(redirect.code()));
        put(parts, "scheme", redirect.scheme());
        put(parts, "host", redirect.host());
        put(parts, "port", redirect.port() == 0 ? null : String.valueOf(redirect.port()));
        put(parts, "prefix", redirect.prefix());
        put(parts, "path", redirect.path());
        return flow(parts);
    }

    private static String rewrite(RewriteSpec rewrite) {
        Map<String, String> parts = new LinkedHashMap<>();
        put(parts, "prefix", rewrite.prefix());
        put(parts, "path", rewrite.path());
        put(parts, "host", rewrite.host());
        return flow(parts);
    }

    private static void put(Map<String, String> parts, String key, @Nullable String value) {
        if (value != null) {
            parts.put(key, PolicyText.quoted(value));
        }
    }
}
