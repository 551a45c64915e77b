package dev.asterism.agent.l7;

import dev.asterism.agent.service.ServiceFailure;
import dev.asterism.l7.config.FilterConfig;
import dev.asterism.l7.config.FilterConfig.Interception;
import dev.asterism.l7.identity.Caller;
import dev.asterism.l7.pool.PoolSpec;
import dev.asterism.l7.proxy.ServiceSide;
import dev.asterism.l7.proxy.ServiceSpec;
import dev.asterism.l7.runtime.FilterRuntime;
import dev.asterism.overlay.firewall.FilterPorts;
import dev.asterism.overlay.firewall.FilterPorts.WhenDown;
import dev.asterism.overlay.net.Ip;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What leads connections to the filter without the application's help, and the listeners that they reach. */
final class Interceptions implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("asterism");

    private final FilterPlace place;
    private final @Nullable InboundRedirect inbound;

    /**
     * What a listener stands for.
     *
     * @param unseen whether bytes are carried without inspection
     */
    private record Served(int port, String service, boolean unseen) {}

    /** Of each overlay address one. */
    private final Map<Served, List<FilterRuntime.Opened>> served = new LinkedHashMap<>();

    private final List<FilterRuntime.Opened> redirected = new ArrayList<>();
    private @Nullable OutboundRedirect outbound;

    /**
     * @param loops of the filter
     */
    Interceptions(FilterPlace place, int loops, FilterConfig config) {
        this.place = place;
        WhenDown whenDown = config.failsOpen() ? WhenDown.OPEN : WhenDown.CLOSED;
        inbound =
                place.device() == null
                        ? null
                        : new InboundRedirect(place.node(), whenDown, loops, place.network());
    }

    void alive(int loop) {
        if (inbound != null) {
            inbound.alive(loop);
        }
    }

    boolean wantsOutbound(FilterConfig config) {
        Interception way = config.intercept().outbound();
        return place.device() != null
                && (way == Interception.AUTO || way == Interception.NFT)
                && !calledPorts(config).isEmpty();
    }

    /** Ports of services that are called; bytes that are not looked into go their way without the filter. */
    static List<Integer> calledPorts(FilterConfig config) {
        return config.services().stream()
                .filter(service -> service.direction() == ServiceSide.OUTBOUND)
                .map(ServiceSpec::port)
                .filter(port -> !config.intercept().opaque().contains(port))
                .distinct()
                .toList();
    }

    /**
     * The services that peers reach through the filter. One at an opaque port is among them only when it has rules, a
     * rate or routes, as the filter alone holds those and refuses what it cannot judge, or when its application is
     * behind a Unix socket, which nobody reaches otherwise.
     */
    static List<ServiceSpec> servedThroughFilter(FilterConfig config) {
        return config.services().stream()
                .filter(service -> service.direction() == ServiceSide.INBOUND)
                .filter(
                        service ->
                                !config.intercept().opaque().contains(service.port())
                                        || isJudged(service)
                                        || isBehindPath(service))
                .toList();
    }

    private static boolean isJudged(ServiceSpec service) {
        return !service.rules().allow().isEmpty()
                || !service.rules().deny().isEmpty()
                || !service.traffic().limit().isNone()
                || !service.routes().isEmpty();
    }

    private static boolean isBehindPath(ServiceSpec service) {
        return service.pools().firstEntry().getValue() instanceof PoolSpec.Static application
                && application.targets().getFirst().address() instanceof UnixDomainSocketAddress;
    }

    private List<ServiceSpec> wanted(FilterConfig config) {
        boolean on = inbound != null && config.intercept().inbound() != Interception.OFF;
        return on ? servedThroughFilter(config) : List.of();
    }

    private static Served served(FilterConfig config, ServiceSpec service) {
        return new Served(
                service.port(),
                service.name(),
                config.intercept().opaque().contains(service.port()));
    }

    /**
     * Opens the listeners that a configuration needs besides those that are open; nobody is led to them yet.
     *
     * @throws ServiceFailure when one cannot be had; then everything is as before
     */
    void open(FilterConfig config, FilterRuntime runtime) {
        List<Served> opened = new ArrayList<>();
        for (ServiceSpec service : wanted(config)) {
            Served key = served(config, service);
            if (!served.containsKey(key)) {
                try {
                    served.put(key, serve(service, key, runtime));
                    opened.add(key);
                } catch (ServiceFailure e) {
                    opened.forEach(this::shut);
                    throw e;
                }
            }
        }
    }

    private void shut(Served key) {
        List<FilterRuntime.Opened> open = served.remove(key);
        if (open != null) {
            open.forEach(FilterRuntime.Opened::close);
        }
    }

    /**
     * Leads connections to what {@link #open} has opened, and closes what is not needed any more.
     *
     * @param mark of the filter's own sockets
     * @throws ServiceFailure when peers' connections cannot be led to the filter; connections that live go on
     */
    void apply(FilterConfig config, FilterRuntime runtime, int mark) {
        List<Served> wanted = new ArrayList<>();
        List<FilterPorts.Entry> entries = new ArrayList<>();
        for (ServiceSpec service : wanted(config)) {
            Served key = served(config, service);
            List<FilterRuntime.Opened> open = served.get(key);
            if (open != null) {
                wanted.add(key);
                entries.add(new FilterPorts.Entry(service.port(), open.getFirst().port()));
            }
        }
        if (inbound != null) {
            inbound.serve(entries);
        }
        List.copyOf(served.keySet()).stream()
                .filter(key -> !wanted.contains(key))
                .forEach(this::shut);
        applyOutbound(config, runtime, mark);
    }

    /** On every overlay address, at one port that the kernel chooses. */
    private List<FilterRuntime.Opened> serve(
            ServiceSpec service, Served key, FilterRuntime runtime) {
        List<FilterRuntime.Opened> open = new ArrayList<>();
        int port = 0;
        try {
            for (Ip address : place.certificate().addresses()) {
                InetSocketAddress at = new InetSocketAddress(TunnelPeers.inet(address), port);
                open.add(
                        runtime.serve(
                                service,
                                key.unseen(),
                                at,
                                (local, remote) -> caller(local, service.port(), remote)));
                port = open.getFirst().port();
            }
            return open;
        } catch (IOException e) {
            open.forEach(FilterRuntime.Opened::close);
            throw new ServiceFailure(
                    "l7.serve."
                            + service.name()
                            + ": no listener on the overlay address: "
                            + e.getMessage(),
                    e);
        }
    }

    private Caller caller(InetSocketAddress local, int port, InetSocketAddress remote) {
        return inbound == null ? Caller.UNKNOWN : inbound.caller(local, port, remote);
    }

    private void applyOutbound(FilterConfig config, FilterRuntime runtime, int mark) {
        List<Integer> ports = calledPorts(config);
        if (!wantsOutbound(config)) {
            closeOutbound();
            return;
        }
        try {
            if (outbound != null && outbound.isInForce()) {
                outbound.ports(ports);
            } else {
                closeOutbound();
                openOutbound(runtime, mark, ports);
            }
        } catch (ServiceFailure | IOException e) {
            closeOutbound();
            var line =
                    config.intercept().outbound() == Interception.NFT
                            ? LOG.atError()
                            : LOG.atInfo();
            line.setMessage("Outbound connections are not led to the L7 filter")
                    .addKeyValue("error", e.getMessage())
                    .log();
        }
    }

    private void openOutbound(FilterRuntime runtime, int mark, List<Integer> ports)
            throws IOException {
        FilterRuntime.Opened ipv4 =
                runtime.listenRedirected(
                        new InetSocketAddress(TunnelPeers.inet(Ip.of("127.0.0.1")), 0));
        redirected.add(ipv4);
        var networks = place.certificate().networks();
        if (networks.stream().anyMatch(network -> !network.isIpv4())) {
            redirected.add(
                    runtime.listenRedirected(
                            new InetSocketAddress(TunnelPeers.inet(Ip.of("::1")), ipv4.port())));
        }
        outbound =
                OutboundRedirect.open(
                        new OutboundRedirect.Plan(
                                String.valueOf(place.device()), networks, ipv4.port(), mark),
                        ports);
        LOG.atInfo()
                .setMessage("Outbound connections are led to the L7 filter")
                .addKeyValue("ports", ports)
                .log();
    }

    private void closeOutbound() {
        if (outbound != null) {
            outbound.close();
            outbound = null;
        }
        redirected.forEach(FilterRuntime.Opened::close);
        redirected.clear();
    }

    /** As {@link #close}, but what peers begin is refused until another filter serves. */
    void suspend() {
        if (inbound != null) {
            inbound.suspend();
        }
        closeListeners();
    }

    /** Leads nothing here any more; connections that live go on. */
    @Override
    public void close() {
        if (inbound != null) {
            inbound.close();
        }
        closeListeners();
    }

    private void closeListeners() {
        closeOutbound();
        served.values().forEach(open -> open.forEach(FilterRuntime.Opened::close));
        served.clear();
    }
}
