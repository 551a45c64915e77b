package dev.asterism.agent.l7;

import dev.asterism.l7.pool.PeerDirectory.Offer;
import dev.asterism.l7.pool.PeerDirectory.Told;
import dev.asterism.lighthouse.services.ServiceEntry;
import dev.asterism.lighthouse.services.ServicesView;
import dev.asterism.lighthouse.services.ServicesView.Endpoint;
import dev.asterism.lighthouse.services.ServicesView.Verdict;
import dev.asterism.lighthouse.services.ServicesView.Wanted;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.view.CertificateView;
import dev.asterism.overlay.view.PeerView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What lighthouses tell of services, as pools and people get to see it. Immutable. */
record ToldServices(ServicesView view, List<PeerView> peers) {

    static final ToldServices NOTHING = new ToldServices(ServicesView.NOTHING, List.of());

    /** What hosts offer, as far as their certificates allow it; one walk for all of them. */
    Map<Ip, List<Offer>> offersByHost() {
        Map<Ip, List<Offer>> offers = new HashMap<>();
        for (Map.Entry<String, Wanted> service : sorted().entrySet()) {
            for (Endpoint one : service.getValue().endpoints()) {
                ServiceEntry entry = one.entry();
                if (one.verdict() == Verdict.USABLE || one.verdict() == Verdict.UNHEALTHY) {
                    offers.computeIfAbsent(entry.host(), _ -> new ArrayList<>())
                            .add(
                                    new Offer(
                                            service.getKey(),
                                            entry.version(),
                                            entry.port(),
                                            entry.weight(),
                                            one.verdict() == Verdict.USABLE));
                }
            }
        }
        return offers;
    }

    /** Of these, what the owner of a certificate offers. */
    static List<Offer> offersOf(Map<Ip, List<Offer>> offers, CertificateView certificate) {
        List<Offer> found = new ArrayList<>();
        for (Ip address : certificate.addresses()) {
            found.addAll(offers.getOrDefault(address, List.of()));
        }
        return found;
    }

    /** What this node asks for, by service, in the order of names. */
    Map<String, Wanted> sorted() {
        return new TreeMap<>(view.wanted());
    }

    /** By service. */
    Map<String, Told> told() {
        Map<String, Told> told = new TreeMap<>();
        view.wanted()
                .forEach(
                        (service, wanted) ->
                                told.put(
                                        service,
                                        new Told(
                                                wanted.known() ? "" : view.fallback(),
                                                notes(service, wanted))));
        return told;
    }

    private List<String> notes(String service, Wanted wanted) {
        List<String> notes = new ArrayList<>();
        if (wanted.lastGood()) {
            notes.add(
                    "no lighthouse answers at the moment: the endpoints of %s are those known before"
                            .formatted(service));
        }
        for (Endpoint one : wanted.endpoints()) {
            String why = why(service, one.verdict());
            if (!why.isEmpty()) {
                notes.add("endpoint %s %s".formatted(name(one.entry().host()), why));
            }
        }
        return notes;
    }

    private static String why(String service, Verdict verdict) {
        return switch (verdict) {
            case USABLE, WITHDRAWN -> "";
            case UNHEALTHY -> "gets no request: its own check of %s fails".formatted(service);
            case NO_TUNNEL -> "is left out: there is no tunnel to it";
            case REFUSED ->
                    "is left out: its certificate has no group %s, which %s needs"
                            .formatted(service, service);
        };
    }

    /** As people know it. */
    String name(Ip host) {
        for (PeerView peer : peers) {
            if (peer.certificate().addresses().contains(host)) {
                return peer.certificate().name();
            }
        }
        return host.toString();
    }
}
