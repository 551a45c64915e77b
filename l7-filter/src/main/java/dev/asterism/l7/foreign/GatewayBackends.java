package dev.asterism.l7.foreign;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code backendRefs}: each Service is a set of nodes of a group of that name. */
final class GatewayBackends {

    private static final int MOST_WEIGHT = 1_000_000;
    private static final int NOBODY = 500;

    private final Resource route;
    private final ServiceDraft service;

    GatewayBackends(Resource route, ServiceDraft service) {
        this.route = route;
        this.service = service;
    }

    /** A rule without any answers 500, says the Gateway API. */
    void add(List<Fields> backends, Tree action, Fields rule) {
        Map<String, Integer> weights = new LinkedHashMap<>();
        for (Fields backend : backends) {
            add(backend, weights);
        }
        if (backends.isEmpty()) {
            rule.note("backendRefs", "a rule without backends answers 500");
            action.put("respond", answer(rule));
        } else {
            send(weights, action, rule);
        }
    }

    private static Tree answer(Fields rule) {
        return new Tree(rule.at()).put("code", Tree.number(rule.at(), NOBODY));
    }

    /** To one set of nodes, or to several by weight. */
    static void send(Map<String, Integer> weights, Tree action, Fields rule) {
        if (weights.size() == 1 && weights.values().iterator().next() > 0) {
            action.put("to", weights.keySet().iterator().next());
        } else if (weights.values().stream().allMatch(weight -> weight == 0)) {
            action.put("respond", answer(rule));
        } else {
            Tree split = new Tree(rule.at("backendRefs"));
            weights.forEach((pool, weight) -> split.put(pool, Tree.number(split.at(), weight)));
            action.put("split", split);
        }
    }

    private void add(Fields backend, Map<String, Integer> weights) {
        int weight = backend.whole("weight", 0, MOST_WEIGHT);
        String pool = pool(backend);
        if (pool != null) {
            weights.merge(pool, weight < 0 ? 1 : weight, Integer::sum);
        }
    }

    /** The set of nodes that a backend stands for; null, told: it cannot be one. */
    @Nullable String pool(Fields backend) {
        String kind = backend.text("kind", "Service");
        String group = backend.text("group", "");
        String name = backend.text("name", "");
        String namespace = backend.text("namespace", route.namespace());
        int port = backend.whole("port", 1, 65_535);
        backend.refuseRest(Map.of("filters", "put the filters at the rule"));
        if (!kind.equals("Service") || !group.isEmpty() && !group.equals("core")) {
            backend.refuse(
                    "kind",
                    "a backend of kind %s is not supported".formatted(kind),
                    "a backend is a Service");
        } else if (!Drafts.isName(name)) {
            backend.refuse("name", "`%s` is no name of a Service".formatted(name), "");
        } else if (!namespace.equals(route.namespace())) {
            backend.refuse(
                    "namespace",
                    "a backend of another namespace is not supported",
                    "groups of certificates have no namespace: leave it out");
        } else {
            service.pool(name, name, port, backend);
            return name;
        }
        return null;
    }
}
