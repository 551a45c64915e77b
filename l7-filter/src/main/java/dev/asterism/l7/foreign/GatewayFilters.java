package dev.asterism.l7.foreign;

import dev.asterism.overlay.config.SourcePosition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code filters} of a rule as keys of our route. */
final class GatewayFilters {

    private static final int ALL = 100;

    private static final Map<String, String> HINTS =
            Map.of(
                    "CORS", "the application answers to CORS, or response_headers do",
                    "ExternalAuth", "write allow and deny under serve",
                    "ExtensionRef", "it is another program's");

    private final Tree action;
    private final Set<String> seen = new HashSet<>();
    private final List<Fields> mirrors = new ArrayList<>();

    /**
     * @param action to which the keys are added
     */
    GatewayFilters(Tree action) {
        this.action = action;
    }

    /**
     * @param grpc whether the rule is one of a GRPCRoute, which can neither redirect nor rewrite
     */
    void add(Fields rule, boolean grpc) {
        for (Fields filter : rule.maps("filters")) {
            addOne(filter, grpc);
        }
        if (action.has("redirect") && action.has("rewrite")) {
            rule.refuse("filters", "a rule redirects or rewrites, not both", "");
        }
    }

    private void addOne(Fields filter, boolean grpc) {
        String type = filter.text("type", "");
        boolean http = type.equals("RequestRedirect") || type.equals("URLRewrite");
        if (!seen.add(type)) {
            filter.refuse("type", "%s stands there twice".formatted(type), "");
        }
        switch (type) {
            case "RequestHeaderModifier" ->
                    requestHeaders(filter.map("requestHeaderModifier"), action);
            case "ResponseHeaderModifier" ->
                    responseHeaders(filter.map("responseHeaderModifier"), action);
            case "RequestRedirect" -> redirect(filter.map("requestRedirect"));
            case "URLRewrite" -> rewrite(filter.map("urlRewrite"));
            case "RequestMirror" -> addMirror(filter.map("requestMirror"));
            default ->
                    filter.refuse(
                            "type",
                            "the filter %s is not supported".formatted(type),
                            HINTS.getOrDefault(type, ""));
        }
        if (http && grpc) {
            filter.refuse("type", "a GRPCRoute has no %s".formatted(type), "");
        }
        if (HINTS.containsKey(type)) {
            filter.ignore("cors", "externalAuth", "extensionRef");
        }
        filter.refuseRest(Map.of());
    }

    private void addMirror(@Nullable Fields mirror) {
        if (mirror != null) {
            mirrors.add(mirror);
        }
    }

    /** After the backends, whose first set of nodes is that of the service. */
    void addMirror(GatewayBackends backends) {
        for (Fields mirror : mirrors) {
            Fields backend = mirror.map("backendRef");
            String pool = backend == null ? null : backends.pool(backend);
            Tree to = new Tree(mirror.at()).put("to", pool).put("percent", share(mirror));
            mirror.refuseRest(Map.of());
            if (backend == null) {
                mirror.refuseAll("a mirror needs a backendRef", "");
            } else if (action.has("redirect") || action.has("respond")) {
                mirror.refuseAll("the rule sends nothing that could be copied", "");
            } else if (pool != null) {
                action.put("mirror", to);
            }
        }
    }

    /** Null: all. */
    private static @Nullable String share(Fields mirror) {
        int percent = mirror.whole("percent", 0, ALL);
        Fields fraction = mirror.map("fraction");
        if (fraction == null) {
            return percent < 0 ? null : percent + "%";
        }
        int numerator = fraction.whole("numerator", 0, Integer.MAX_VALUE);
        int denominator = fraction.whole("denominator", 1, Integer.MAX_VALUE);
        fraction.refuseRest(Map.of());
        double ratio = numerator / (double) (denominator < 0 ? ALL : denominator);
        if (ratio > 1) {
            fraction.refuseAll("more than all cannot be copied", "");
        }
        return ratio < 0 || ratio > 1 ? null : Retries.percent(ratio);
    }

    private static void requestHeaders(@Nullable Fields change, Tree action) {
        if (change != null) {
            action.put("set_headers", pairs(change, "set"))
                    .put("add_headers", pairs(change, "add"))
                    .put(
                            "remove_headers",
                            change.words("remove").stream().map(Fields.Word::text).toList());
            change.refuseRest(Map.of());
        }
    }

    private static void responseHeaders(@Nullable Fields change, Tree action) {
        if (change != null) {
            Map<String, String> set = pairs(change, "set");
            set.values().removeIf(String::isEmpty); // told already
            change.words("remove").forEach(name -> set.put(name.text(), ""));
            action.put("response_headers", set).put("add_response_headers", pairs(change, "add"));
            change.refuseRest(Map.of());
        }
    }

    private static Map<String, String> pairs(Fields change, String key) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (Fields one : change.maps(key)) {
            String name = one.text("name", "");
            String value = one.text("value", "");
            one.refuseRest(Map.of());
            if (name.isEmpty() || value.isEmpty()) {
                one.refuseAll("a header needs name and value", "");
            } else {
                pairs.putIfAbsent(name, value);
            }
        }
        return pairs;
    }

    private void redirect(@Nullable Fields to) {
        if (to == null) {
            return;
        }
        SourcePosition at = to.at();
        int code = to.whole("statusCode", 301, 308);
        int port = to.whole("port", 1, 65_535);
        Tree redirect =
                new Tree(at)
                        .put("code", Tree.number(at, code < 0 ? 302 : code))
                        .put("scheme", to.text("scheme"))
                        .put("host", to.text("hostname"))
                        .put("port", port < 0 ? null : Tree.number(at, port));
        path(to, redirect);
        to.refuseRest(Map.of());
        action.put("redirect", redirect);
    }

    private void rewrite(@Nullable Fields to) {
        if (to != null) {
            Tree rewrite = new Tree(to.at()).put("host", to.text("hostname"));
            path(to, rewrite);
            to.refuseRest(Map.of());
            action.put("rewrite", rewrite);
        }
    }

    private static void path(Fields to, Tree change) {
        Fields path = to.map("path");
        if (path == null) {
            return;
        }
        String type = path.text("type", "");
        switch (type) {
            case "ReplaceFullPath" -> change.put("path", path.text("replaceFullPath", "/"));
            case "ReplacePrefixMatch" -> change.put("prefix", path.text("replacePrefixMatch", "/"));
            default ->
                    path.refuse(
                            "type",
                            "the type `%s` is not supported".formatted(type),
                            "ReplaceFullPath or ReplacePrefixMatch");
        }
        path.refuseRest(Map.of());
    }
}
