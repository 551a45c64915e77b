package dev.asterism.lighthouse.services;

import dev.asterism.lighthouse.services.ServiceMessage.Ack;
import dev.asterism.lighthouse.services.ServiceMessage.Ask;
import dev.asterism.lighthouse.services.ServiceMessage.Offer;
import dev.asterism.lighthouse.services.ServiceMessage.OwnAsk;
import dev.asterism.lighthouse.services.ServiceMessage.OwnOffer;
import dev.asterism.lighthouse.services.ServiceMessage.Part;
import dev.asterism.lighthouse.services.ServiceMessage.Same;
import dev.asterism.lighthouse.services.ServicesView.Endpoint;
import dev.asterism.lighthouse.services.ServicesView.LighthouseState;
import dev.asterism.lighthouse.services.ServicesView.Own;
import dev.asterism.lighthouse.services.ServicesView.Role;
import dev.asterism.lighthouse.services.ServicesView.Wanted;
import dev.asterism.lighthouse.settings.DiscoverySettings;
import dev.asterism.overlay.discovery.CertifiedHost;
import dev.asterism.overlay.discovery.ControlLink;
import dev.asterism.overlay.discovery.OfferedService;
import dev.asterism.overlay.discovery.PeerMessage;
import dev.asterism.overlay.event.EventSink;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.wire.MessageType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Services that hosts advertise through their lighthouses. Messages go between a host and its lighthouses, and between
 * a caller and hosts that it has been told of, only by tunnels whose ends have both shown that they know of it; a
 * lighthouse is its own one. Both sides judge a host by the certificate of its tunnel: it may offer what a group of the
 * certificate is named for. Control plane only.
 */
public final class ServiceExchange {

    private final Supplier<DiscoverySettings> settings;
    private final ControlLink link;
    private final ServiceCounters counters = new ServiceCounters();
    private final ServiceServer server;
    private final OwnLighthouses lighthouses = new OwnLighthouses();
    private final ServiceClient client;
    private final Callees callees;
    private final OwnWords words;
    private final OwnAnswers answers = new OwnAnswers();
    private final Fallback fallback;

    /**
     * @param now when it is made: what it hears within 15 s is not taken for everything
     */
    public ServiceExchange(
            Supplier<DiscoverySettings> settings, ControlLink link, EventSink events, Tick now) {
        this.settings = settings;
        this.link = link;
        server = new ServiceServer(counters, events, this::send, now.nanos());
        client = new ServiceClient(lighthouses, events);
        words = new OwnWords(link, client, this::send, events, counters);
        callees = new Callees(link, this::isSelf, this::mayReach, words, events, counters);
        fallback = new Fallback(events);
    }

    /** What a node that is no lighthouse uses, and what a lighthouse is to itself. */
    private final class OwnLighthouses implements ServiceClient.Lighthouses {

        @Override
        public List<Ip> all() {
            List<Ip> hosts = settings.get().lighthouse().hosts();
            if (!settings.get().amLighthouse()) {
                return hosts;
            }
            List<Ip> all = new ArrayList<>(hosts);
            all.add(settings.get().me());
            return all;
        }

        @Override
        public boolean takesPart(Ip lighthouse) {
            return isSelf(lighthouse) || link.services().exchangesServices(lighthouse);
        }

        @Override
        public void send(Ip to, ServiceMessage message, Tick now) {
            ServiceExchange.this.send(to, message, now);
        }
    }

    private boolean isSelf(Ip address) {
        return settings.get().isOurs(address);
    }

    /**
     * Whether a host that a lighthouse names may be one that this node reaches: in one of its networks, or known by an
     * address of a family that this node has none of, as hosts are known by the first of several.
     */
    private boolean mayReach(Ip host) {
        return settings.get().isInOurNetworks(host)
                || settings.get().ourNetworks().stream()
                        .noneMatch(network -> network.isIpv4() == host.isIpv4());
    }

    private void send(Ip to, ServiceMessage message, Tick now) {
        if (isSelf(to)) {
            handle(List.of(to), link.services().self().at(to), message, now);
        } else if (link.services().exchangesServices(to)) {
            link.send(to, MessageType.LIGHTHOUSE, 0, message.encode(), now);
        }
    }

    /** False when the payload is no message of this exchange that can be read. */
    public boolean handle(PeerMessage from, Tick now) {
        ServiceMessage message = ServiceMessage.decode(from.payload());
        if (message == null) {
            counters.countMalformed();
            return false;
        }
        // A lighthouse is known by the address that the configuration gives it.
        Ip peer =
                from.addresses().stream()
                        .filter(settings.get()::isLighthouse)
                        .findFirst()
                        .orElse(from.primary());
        CertifiedHost host = link.services().hostAt(peer);
        if (host != null && link.services().exchangesServices(peer)) {
            handle(from.addresses(), host.at(peer), message, now);
        }
        return true;
    }

    private void handle(List<Ip> addresses, CertifiedHost from, ServiceMessage message, Tick now) {
        Ip peer = from.address();
        boolean serves = settings.get().amLighthouse();
        boolean trusts = isSelf(peer) || settings.get().isLighthouse(peer);
        switch (message) {
            case Offer offer when serves -> server.onOffer(from, offer, now);
            case Ask ask when serves -> server.onAsk(peer, ask, now);
            case Ack ack when trusts -> client.onAck(peer, ack, now);
            case Same same when trusts -> client.onSame(peer, same, now);
            case Part part when trusts -> {
                ServiceSet told = client.onPart(peer, part, now);
                if (told != null) {
                    words.told(peer, told, now);
                }
            }
            case OwnAsk(long token) when answers.may(peer, now) ->
                    send(peer, new OwnOffer(token, client.sequence(), client.own()), now);
            case OwnAsk _ -> counters.countLimited();
            case OwnOffer offer -> {
                if (!words.heard(addresses, from.name(), offer, now)) {
                    counters.countMalformed();
                }
            }
            default -> counters.countMalformed();
        }
    }

    /**
     * From now on this node offers these and nothing else.
     *
     * @param services at most 16, with at most 900 bytes of names and versions
     */
    public void offer(List<OfferedService> services, Tick now) {
        client.offer(services, now);
    }

    /** From now on this node wants to know who offers these, at most 64. */
    public void want(Set<String> services, Tick now) {
        if (!services.equals(client.wanted())) {
            client.want(services, now);
            if (services.isEmpty()) {
                words.forgetAll();
            }
            fallback.begin(now);
        }
    }

    /** Whether each lighthouse that takes part goes by what this node offers now. */
    public boolean isTakenByAll() {
        return client.isTakenByAll();
    }

    public void sessionMade(List<Ip> peerAddresses, Tick now) {
        for (Ip address : peerAddresses) {
            if (settings.get().isLighthouse(address)) {
                client.sessionMade(address, now);
            }
        }
        peerAddresses.forEach(address -> words.sessionMade(address, now));
        CertifiedHost host = link.services().hostAt(peerAddresses.getFirst());
        if (host != null && settings.get().amLighthouse()) {
            server.sessionMade(host, now);
        }
    }

    public void onTimer(Tick now) {
        server.onTimer(now);
        boolean due = client.onTimer(now);
        if (due && !client.wanted().isEmpty()) {
            callees.connect(client, now);
            if (fallback.judge(states(now), knowsAny(), now)) {
                client.forgetAll();
                words.forgetAll();
            }
        }
    }

    private boolean knowsAny() {
        return client.wanted().stream().anyMatch(service -> client.known(service) != null);
    }

    public long nextDeadlineNanos() {
        return Math.min(server.nextDeadlineNanos(), client.nextDeadlineNanos());
    }

    private List<LighthouseState> states(Tick now) {
        List<LighthouseState> all = new ArrayList<>();
        for (Ip address : lighthouses.all()) {
            all.add(new LighthouseState(address, role(address, now)));
        }
        return all;
    }

    private Role role(Ip lighthouse, Tick now) {
        if (!isSelf(lighthouse) && !link.hasTunnel(lighthouse)) {
            return Role.AWAY;
        }
        if (!lighthouses.takesPart(lighthouse)) {
            return Role.STOCK;
        }
        return client.isFresh(lighthouse, now) ? Role.TELLS : Role.SILENT;
    }

    /** What this node knows. */
    public ServicesView view(Tick now) {
        CertifiedHost self = link.services().self();
        List<Own> own = new ArrayList<>();
        for (int i = 0; i < client.own().size(); i++) {
            OfferedService service = client.own().get(i);
            boolean allowed = OfferedService.mayOffer(self.groups(), service.name());
            own.add(new Own(service, allowed, client.takenBy(i, now), client.refusals(i)));
        }
        List<LighthouseState> states = states(now);
        boolean nobody = states.stream().noneMatch(one -> one.role() == Role.TELLS);
        Map<String, Wanted> wanted = new LinkedHashMap<>();
        for (String service : client.wanted()) {
            ServiceSet set = client.known(service);
            List<Endpoint> endpoints = set == null ? List.of() : callees.judge(service, set, now);
            wanted.put(service, new Wanted(set != null, set != null && nobody, endpoints));
        }
        return new ServicesView(own, states, wanted, fallback.why());
    }

    public ServiceCounters counters() {
        return counters;
    }

    /** Hosts and services that this node keeps as a lighthouse. */
    public int entries() {
        return server.book().entries();
    }
}
