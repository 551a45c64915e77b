package dev.asterism.l7.foreign;

import dev.asterism.overlay.config.SourcePosition;
import dev.asterism.overlay.text.GoDuration;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** DestinationRule: how endpoints of a service are chosen and judged. */
final class IstioPolicies {

    /** Of Envoy, {@code max_ejection_time}. */
    private static final Duration LONGEST_EJECTION = Duration.ofMinutes(5);

    private static final String ENCRYPTED = "the tunnel encrypts and knows both sides";

    private final Drafts drafts;

    IstioPolicies(Drafts drafts) {
        this.drafts = drafts;
    }

    void add(Resource resource) {
        Fields spec = resource.specOrEmpty(drafts.findings());
        spec.ignore("exportTo");
        String host = Drafts.service(spec.text("host", ""));
        if (!Drafts.isName(host)) {
            spec.refuse("host", "`%s` is no name of a service of the mesh".formatted(host), "");
            return;
        }
        ServiceDraft service = drafts.service(host, spec.at("host"));
        Fields policy = spec.map("trafficPolicy");
        if (policy != null) {
            read(policy, service.policies());
        }
        for (Fields subset : spec.maps("subsets")) {
            subset.ignore("name", "labels"); // certificates have groups in place of labels
            subset.refuseRest(
                    Map.of("trafficPolicy", "a policy is one of the service, not of a pool"));
        }
        spec.refuseRest(Map.of());
    }

    private static void read(Fields policy, Tree into) {
        Fields balancer = policy.map("loadBalancer");
        if (balancer != null) {
            into.put("balance", balance(balancer));
            balancer.refuseRest(Map.of());
        }
        Fields pool = policy.map("connectionPool");
        if (pool != null) {
            limits(pool, into);
        }
        Fields outliers = policy.map("outlierDetection");
        if (outliers != null) {
            into.put("breaker", breaker(outliers));
        }
        Fields tls = policy.map("tls");
        if (tls != null) {
            String mode = tls.text("mode", "DISABLE");
            if (List.of("DISABLE", "ISTIO_MUTUAL").contains(mode)) {
                tls.note("mode", ENCRYPTED);
            } else {
                tls.refuse("mode", "TLS to the application is not supported", ENCRYPTED);
                tls.ignore(tls.keys().toArray(String[]::new));
            }
            tls.refuseRest(Map.of());
        }
        policy.refuseRest(Map.of("portLevelSettings", "a service has one port"));
    }

    private static @Nullable String balance(Fields balancer) {
        String simple = balancer.text("simple");
        Fields hash = balancer.map("consistentHash");
        if (hash != null) {
            String header = hash.text("httpHeaderName");
            hash.ignore("minimumRingSize", "ringHash", "maglev");
            hash.refuseRest(
                    Map.of(
                            "useSourceIp", "balance: hash:peer takes the name of the caller",
                            "httpCookie", "sticky: cookie:NAME keeps a client on its pool"));
            return header == null ? null : "hash:header:" + header;
        }
        return switch (simple) {
            case null -> null;
            case "ROUND_ROBIN" -> "round";
            case "LEAST_REQUEST", "LEAST_CONN" -> "least";
            case "UNSPECIFIED" -> null;
            default -> {
                balancer.refuse(
                        "simple",
                        "%s is not supported".formatted(simple),
                        "ewma takes the better of two random endpoints");
                yield null;
            }
        };
    }

    private static void limits(Fields pool, Tree into) {
        Tree max = new Tree(pool.at());
        Fields tcp = pool.map("tcp");
        if (tcp != null) {
            number(tcp, "maxConnections", max, "connections");
            String connect = tcp.duration("connectTimeout");
            tcp.refuseRest(Map.of());
            if (connect != null) {
                into.put("timeout", joined(into, tcp.at(), connect));
            }
        }
        Fields http = pool.map("http");
        if (http != null) {
            number(http, "http1MaxPendingRequests", max, "pending");
            number(http, "http2MaxRequests", max, "requests");
            http.refuseRest(
                    Map.of(
                            "maxRetries", "retry.budget bounds the retries of a service",
                            "idleTimeout", "timeout.idle is of a request"));
        }
        pool.refuseRest(Map.of());
        into.put("max", max);
    }

    private static Tree joined(Tree into, SourcePosition at, String connect) {
        boolean unbounded = into.has("timeout"); // of a VirtualService
        return new Tree(at).put("request", unbounded ? "0s" : null).put("connect", connect);
    }

    private static void number(Fields at, String key, Tree into, String ours) {
        int number = at.whole(key, 1, 1_000_000);
        into.put(ours, number < 0 ? null : Tree.number(at.at(key), number));
    }

    private static Tree breaker(Fields outliers) {
        Tree breaker = new Tree(outliers.at());
        int failures = outliers.whole("consecutive5xxErrors", 0, 1000);
        if (failures < 0) {
            failures = outliers.whole("consecutiveErrors", 0, 1000);
        }
        breaker.put("failures", failures < 0 ? null : Tree.number(outliers.at(), failures));
        breaker.put("success", "0%"); // Istio judges by failures in a row only
        String eject = outliers.duration("baseEjectionTime");
        if (eject != null) {
            Duration least = GoDuration.parse(eject);
            boolean longer = least != null && least.compareTo(LONGEST_EJECTION) > 0;
            breaker.put("eject", eject + ".." + (longer ? eject : "300s"));
        }
        percent(outliers, "maxEjectionPercent", breaker, "max_ejected");
        percent(outliers, "minHealthPercent", breaker, "panic");
        if (outliers.has("interval")) {
            outliers.duration("interval");
            outliers.note("interval", "endpoints are judged at each answer, not at intervals");
        }
        outliers.refuseRest(
                Map.of("consecutiveGatewayErrors", "breaker.failures counts all failures"));
        return breaker;
    }

    private static void percent(Fields at, String key, Tree into, String ours) {
        int number = at.whole(key, 0, 100);
        into.put(ours, number < 0 ? null : number + "%");
    }
}
