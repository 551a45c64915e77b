package dev.asterism.l7.foreign;

import dev.asterism.l7.foreign.Fields.Word;
import dev.asterism.l7.match.MatchSpec;
import dev.asterism.l7.match.PathMatch;
import dev.asterism.l7.route.FirstMatch;
import dev.asterism.overlay.config.SourcePosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * VirtualService and DestinationRule of Istio. Of routes there the first that matches is taken: {@link FirstMatch}
 * makes our order of it.
 */
final class IstioServices {

    private static final int MOST_ROUTES = 500;

    private static final Map<String, String> OF_SPEC =
            Map.of(
                    "tcp", "protocol: tcp carries bytes of a service",
                    "tls", "protocol: tcp carries bytes of a service");

    private static final Map<String, String> OF_ROUTE =
            Map.of(
                    "mirrors", "one mirror may be given, under mirror",
                    "corsPolicy", "the application answers to CORS, or response_headers do",
                    "delegate", "write the routes in one VirtualService");

    private final Drafts drafts;

    IstioServices(Drafts drafts) {
        this.drafts = drafts;
    }

    /** The kinds of others are left alone. */
    void add(List<Resource> resources) {
        resources.stream()
                .filter(one -> one.is(ForeignFiles.ISTIO, "VirtualService"))
                .forEach(this::addRoutes);
        IstioPolicies policies = new IstioPolicies(drafts);
        resources.stream()
                .filter(one -> one.is(ForeignFiles.ISTIO, "DestinationRule"))
                .forEach(policies::add);
    }

    private void addRoutes(Resource resource) {
        Fields spec = resource.specOrEmpty(drafts.findings());
        spec.ignore("exportTo");
        for (Word gateway : spec.words("gateways")) {
            if (!gateway.text().equals("mesh")) {
                spec.note(
                        "gateways",
                        "the gateway %s is not read: the filter stands at the callers"
                                .formatted(gateway.text()));
            }
        }
        ServiceDraft service = service(resource, spec);
        List<FirstMatch.Entry<RouteDraft>> inOrder = new ArrayList<>();
        for (Fields http : spec.maps("http")) {
            addRoutes(http, service, inOrder);
        }
        spec.refuseRest(OF_SPEC);
        service.policies().put("timeout", new Tree(resource.at()).put("request", "0s"));
        service.policies().put("retry", IstioActions.usualRetry(resource.at()));
        order(inOrder, service, drafts.findings());
    }

    private ServiceDraft service(Resource resource, Fields spec) {
        List<Word> hosts = spec.words("hosts");
        if (hosts.isEmpty()) {
            spec.refuse("hosts", resource.title() + " names no hosts", "");
        }
        String first = hosts.isEmpty() ? "" : Drafts.service(hosts.getFirst().text());
        String name = Drafts.isName(first) ? first : resource.name().replace('.', '-');
        ServiceDraft service = drafts.service(name, spec.at("hosts"));
        for (Word word : hosts) {
            String host = word.text().toLowerCase(Locale.ROOT);
            if (host.startsWith("*")) {
                String message = "`%s`: no service is called by a host with *".formatted(host);
                spec.findings().refuse(word.at(), spec.path("hosts"), message, "list the names");
            } else if (!host.equals(name)) {
                service.hosts().add(host);
            }
        }
        return service;
    }

    /** Puts routes whose first match wins into our order. */
    static void order(
            List<FirstMatch.Entry<RouteDraft>> inOrder, ServiceDraft service, Findings findings) {
        List<FirstMatch.Entry<RouteDraft>> taken = inOrder;
        if (inOrder.size() > MOST_ROUTES) {
            taken = inOrder.subList(0, MOST_ROUTES);
            findings.refuse(
                    inOrder.get(MOST_ROUTES).action().at(),
                    "",
                    "%d routes of %s are left out from here on: at most %d are put in order"
                            .formatted(inOrder.size() - MOST_ROUTES, service.name(), MOST_ROUTES),
                    "");
        }
        FirstMatch.Outcome<RouteDraft> outcome = FirstMatch.rewrite(taken);
        for (FirstMatch.Entry<RouteDraft> one : outcome.hidden()) {
            findings.note(
                    one.action().at(),
                    "",
                    "this route is left out: one before it takes all its requests");
        }
        for (FirstMatch.Doubt<RouteDraft> doubt : outcome.doubts()) {
            SourcePosition first = doubt.earlier().at();
            findings.refuse(
                    doubt.later().at(),
                    "",
                    "this route is asked before the one at %s:%d here, as it says more"
                            .formatted(first.file(), first.line()),
                    "look at requests that match both");
        }
        outcome.routes().forEach(one -> service.routes().add(one.action().with(one.match())));
    }

    /** Istio compares texts. */
    private static void tellOfSegments(PathMatch path, Fields match) {
        if (path.kind() == PathMatch.Kind.PREFIX) {
            String bare = path.text().replaceFirst("/$", "");
            match.refuse(
                    "uri",
                    "a prefix that is rewritten stands for whole segments: %s and what is below it"
                            .formatted(bare),
                    "");
        }
    }

    private void addRoutes(
            Fields http, ServiceDraft service, List<FirstMatch.Entry<RouteDraft>> into) {
        http.ignore("name");
        int found = http.findings().count();
        List<Fields> written = http.maps("match");
        List<MatchSpec> matches = new ArrayList<>();
        List<SourcePosition> places = new ArrayList<>();
        boolean rewrites = http.has("rewrite");
        for (Fields one : written) {
            int before = one.findings().count();
            MatchSpec match = new IstioMatches(one, rewrites).read();
            if (one.findings().count() == before) {
                matches.add(match);
                places.add(one.at());
                tellOfSegments(match.path(), one);
            } else {
                one.noteAll("there is no route for this match, as a part of it is refused");
            }
        }
        if (written.isEmpty() && http.findings().count() == found) {
            matches.add(MatchSpec.ALL);
            places.add(http.at());
        }
        for (int i = 0; i < matches.size(); i++) {
            IstioActions actions = new IstioActions(service, matches.get(i));
            Tree action = actions.read(http);
            RouteDraft route = new RouteDraft(matches.get(i), places.get(i), action);
            into.add(new FirstMatch.Entry<>(matches.get(i), route));
        }
        if (matches.isEmpty()) {
            new IstioActions(service, MatchSpec.ALL).read(http); // for what it has to tell
        }
        http.refuseRest(OF_ROUTE);
    }
}
