package dev.asterism.l7.foreign;

import dev.asterism.l7.match.MatchSpec;
import dev.asterism.l7.match.PathMatch;
import dev.asterism.overlay.config.SourcePosition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an entry of {@code http} of a VirtualService does, as keys of our route. */
final class IstioActions {

    /** Without a section of its own, Istio retries this (its default policy). */
    private static final List<String> USUAL =
            List.of("connect", "refused", "503", "grpc:unavailable", "grpc:cancelled");

    private static final int USUAL_TIMES = 2;
    private static final String PERCENT = "[0-9]{1,3}(\\.[0-9]{1,9})?";
    private static final List<String> ANY = List.of("any");

    private final ServiceDraft service;
    private final MatchSpec match;

    /**
     * @param match of the route that does it
     */
    IstioActions(ServiceDraft service, MatchSpec match) {
        this.service = service;
        this.match = match;
    }

    /** Envoy asks for no method. */
    static Tree usualRetry(SourcePosition at) {
        return new Tree(at)
                .put("on", USUAL)
                .put("times", Tree.number(at, USUAL_TIMES))
                .put("methods", ANY);
    }

    Tree read(Fields http) {
        Tree action = new Tree(http.at());
        destination(http, action);
        rewrite(http.map("rewrite"), action);
        headers(http.map("headers"), action);
        policies(http, action);
        fault(http.map("fault"), action);
        mirror(http, action);
        return action;
    }

    private void destination(Fields http, Tree action) {
        Fields redirect = http.map("redirect");
        Fields answer = http.map("directResponse");
        List<Fields> routes = http.maps("route");
        if (redirect != null) {
            redirect(redirect, action);
        } else if (answer != null) {
            respond(answer, action);
        } else if (routes.isEmpty()) {
            http.refuseAll("it has none of route, redirect and directResponse", "");
            action.put("respond", new Tree(http.at()).put("code", Tree.number(http.at(), 404)));
        } else {
            split(routes, http, action);
        }
    }

    private void split(List<Fields> routes, Fields http, Tree action) {
        Map<String, Integer> weights = new LinkedHashMap<>();
        for (Fields route : routes) {
            int weight = route.whole("weight", 0, 1_000_000);
            String pool = pool(route.map("destination"), route);
            if (routes.size() == 1) {
                headers(route.map("headers"), action);
            }
            route.refuseRest(Map.of("headers", "put the headers at the route"));
            if (pool != null) {
                weights.merge(pool, routes.size() == 1 ? 1 : Math.max(weight, 0), Integer::sum);
            }
        }
        GatewayBackends.send(weights, action, http);
    }

    private @Nullable String pool(@Nullable Fields destination, Fields route) {
        if (destination == null) {
            route.refuseAll("a route needs a destination", "");
            return null;
        }
        String host = Drafts.service(destination.text("host", ""));
        String subset = destination.text("subset", "");
        Fields port = destination.map("port");
        int number = port == null ? -1 : port.whole("number", 1, 65_535);
        destination.refuseRest(Map.of());
        if (!Drafts.isName(host) || !subset.isEmpty() && !Drafts.isName(subset)) {
            destination.refuse(
                    "host",
                    "`%s` is no name of a service of the mesh".formatted(host),
                    "a pool with dns or static names such endpoints");
            return null;
        }
        boolean own = host.equals(service.name()) && !subset.equals(host);
        String group = subset.isEmpty() ? host : host + "-" + subset;
        String pool = own && !subset.isEmpty() ? subset : group;
        if (!subset.isEmpty()) {
            destination.note("subset", "the nodes of %s need the group %s".formatted(pool, group));
        }
        service.pool(pool, group, number, port == null ? destination : port);
        return pool;
    }

    private void mirror(Fields http, Tree action) {
        Fields to = http.map("mirror");
        Fields percentage = http.map("mirrorPercentage");
        String share = percentage == null ? http.text("mirrorPercent") : percentage.text("value");
        if (percentage != null) {
            percentage.refuseRest(Map.of());
        }
        if (to == null) {
            return;
        }
        String pool = pool(to, http);
        if (share != null && !share.matches(PERCENT)) {
            http.refuse("mirror", "`%s` is no percentage of 0 to 100".formatted(share), "");
        } else if (action.has("redirect") || action.has("respond")) {
            to.refuseAll("the route sends nothing that could be copied", "");
        } else if (pool != null) {
            String ours = share == null ? null : Retries.percent(Double.parseDouble(share) / 100);
            action.put("mirror", new Tree(to.at()).put("to", pool).put("percent", ours));
        }
    }

    private static void redirect(Fields to, Tree action) {
        int code = to.whole("redirectCode", 301, 308);
        int port = to.whole("port", 1, 65_535);
        action.put(
                "redirect",
                new Tree(to.at())
                        .put("code", Tree.number(to.at(), code < 0 ? 301 : code))
                        .put("scheme", to.text("scheme"))
                        .put("host", to.text("authority"))
                        .put("port", port < 0 ? null : Tree.number(to.at(), port))
                        .put("path", to.text("uri")));
        to.refuseRest(Map.of());
    }

    private static void respond(Fields answer, Tree action) {
        int code = answer.whole("status", 200, 599);
        Fields body = answer.map("body");
        Tree respond = new Tree(answer.at());
        respond.put("code", Tree.number(answer.at(), code < 0 ? 503 : code));
        if (body != null) {
            respond.put("body", body.text("string"));
            body.refuseRest(Map.of());
        }
        answer.refuseRest(Map.of());
        action.put("respond", respond);
    }

    /** What matched by its beginning is replaced there, all else as a whole. */
    private void rewrite(@Nullable Fields to, Tree action) {
        if (to == null) {
            return;
        }
        PathMatch.Kind kind = match.path().kind();
        boolean prefix = kind == PathMatch.Kind.PREFIX || kind == PathMatch.Kind.ANY;
        action.put(
                "rewrite",
                new Tree(to.at())
                        .put(prefix ? "prefix" : "path", to.text("uri"))
                        .put("host", to.text("authority")));
        to.refuseRest(Map.of());
    }

    private static void headers(@Nullable Fields headers, Tree action) {
        if (headers == null) {
            return;
        }
        Fields request = headers.map("request");
        if (request != null) {
            action.put("set_headers", texts(request, "set"))
                    .put("add_headers", texts(request, "add"))
                    .put("remove_headers", removed(request));
            request.refuseRest(Map.of());
        }
        Fields response = headers.map("response");
        if (response != null) {
            Map<String, String> set = texts(response, "set");
            removed(response).forEach(name -> set.put(name, ""));
            action.put("response_headers", set).put("add_response_headers", texts(response, "add"));
            response.refuseRest(Map.of());
        }
        headers.refuseRest(Map.of());
    }

    private static List<String> removed(Fields change) {
        return change.words("remove").stream().map(Fields.Word::text).toList();
    }

    private static Map<String, String> texts(Fields change, String key) {
        Map<String, String> texts = new LinkedHashMap<>();
        change.texts(key).forEach((name, word) -> texts.put(name, word.text()));
        return texts;
    }

    private void policies(Fields http, Tree action) {
        Fields retries = http.map("retries");
        Tree timeout = new Tree(http.at("timeout")).put("request", http.duration("timeout"));
        if (retries != null) {
            String attempt = retries.duration("perTryTimeout");
            timeout.put("try", attempt);
            int times = Retries.times(retries, "attempts");
            action.put(
                    "retry",
                    new Tree(retries.at())
                            .put("on", on(retries, attempt != null))
                            .put(
                                    "times",
                                    Tree.number(retries.at(), times < 0 ? USUAL_TIMES : times))
                            .put("methods", ANY)
                            .put("backoff", Retries.backoff(retries.duration("backoff"))));
            retries.ignore("retryIgnorePreviousHosts"); // another endpoint is always taken first
            retries.refuseRest(Map.of());
        }
        action.put("timeout", timeout);
    }

    private static List<String> on(Fields retries, boolean perTry) {
        String text = retries.text("retryOn");
        if (text == null || text.isBlank()) {
            return USUAL;
        }
        Set<String> on = new LinkedHashSet<>();
        for (String word : text.split(",", -1)) {
            List<String> ours = conditions(word.strip(), perTry);
            if (ours.isEmpty()) {
                retries.refuse("retryOn", "`%s` is not supported".formatted(word.strip()), "");
            }
            on.addAll(ours);
        }
        return new ArrayList<>(on);
    }

    /** Envoy's words; none: we have no such condition. */
    private static List<String> conditions(String word, boolean perTry) {
        List<String> failed = List.of("connect", "refused", "reset");
        return switch (word) {
            case "5xx" -> with(failed, perTry, "5xx");
            case "gateway-error" -> with(List.of(), perTry, "502", "503", "504");
            case "connect-failure" -> List.of("connect");
            case "refused-stream" -> List.of("refused");
            case "reset" -> with(List.of(), perTry, "reset");
            case "reset-before-request" -> List.of("connect", "reset");
            case "retriable-4xx" -> List.of("409");
            case "retriable-status-codes" -> List.of("connect"); // the codes stand beside it
            case "unavailable",
                    "cancelled",
                    "internal",
                    "deadline-exceeded",
                    "resource-exhausted" ->
                    List.of("grpc:" + word);
            default -> word.matches("[45][0-9][0-9]") ? List.of(word) : List.of();
        };
    }

    private static List<String> with(List<String> first, boolean perTry, String... more) {
        List<String> all = new ArrayList<>(first);
        all.addAll(List.of(more));
        if (perTry) {
            all.add("timeout");
        }
        return all;
    }

    private void fault(@Nullable Fields fault, Tree action) {
        if (fault == null) {
            return;
        }
        Fields delay = fault.map("delay");
        Fields abort = fault.map("abort");
        String delayed = delay == null ? null : percent(delay);
        String aborted = abort == null ? null : percent(abort);
        Tree ours = new Tree(fault.at());
        ours.put("percent", delayed == null ? aborted : delayed);
        if (delay != null) {
            String time = delay.duration("fixedDelay");
            delay.refuseRest(Map.of());
            ours.put("delay", delayed == null ? null : time);
        }
        if (abort != null) {
            int status = abort.whole("httpStatus", 200, 599);
            String grpc = abort.text("grpcStatus");
            abort.refuseRest(Map.of());
            boolean differs = delayed != null && aborted != null && !delayed.equals(aborted);
            if (differs) {
                abort.refuse(
                        "percentage",
                        "a delay and an abort of different shares are not supported",
                        "write one of them");
            } else if (aborted != null) {
                ours.put("code", status < 0 ? null : Tree.number(abort.at(), status));
                ours.put("grpc", grpc);
            }
        }
        fault.refuseRest(Map.of());
        if (ours.has("percent")) {
            action.put("fault", ours);
        }
    }

    /** Istio hits no request when it is not said. */
    private static @Nullable String percent(Fields fault) {
        Fields percentage = fault.map("percentage");
        String text = percentage == null ? fault.text("percent") : percentage.text("value");
        if (percentage != null) {
            percentage.refuseRest(Map.of());
        }
        if (text == null) {
            fault.noteAll("without a percentage no request is hit, so it is left out");
            return null;
        }
        if (!text.matches(PERCENT)) {
            fault.refuseAll("`%s` is no percentage of 0 to 100".formatted(text), "");
            return null;
        }
        return Retries.percent(Double.parseDouble(text) / 100);
    }
}
