package dev.asterism.agent.l7;

import dev.asterism.agent.service.ControlPlaneCall;
import dev.asterism.agent.service.ServiceFailure;
import dev.asterism.l7.identity.Caller;
import dev.asterism.overlay.firewall.FilterGate;
import dev.asterism.overlay.firewall.FilterPorts;
import dev.asterism.overlay.firewall.FilterPorts.Entry;
import dev.asterism.overlay.firewall.FilterPorts.WhenDown;
import dev.asterism.overlay.firewall.FlowOrigin;
import dev.asterism.overlay.firewall.PeerIdentity;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.node.Node;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Leads what peers send to served ports to the L7 filter's listeners, inside the tunnel, and tells the filter who
 * they are (docs/adr/0022-interception-in-the-tunnel.md). Each served port has a listener of its own on the overlay
 * address. {@link #serve}, {@link #suspend} and {@link #close} by one thread, not the control plane's; the rest by any.
 */
public final class InboundRedirect implements AutoCloseable {

    /** Without a sign of life for so long a loop counts as stalled. */
    public static final Duration STALLED = Duration.ofSeconds(2);

    private static final long LOOK_NANOS = STALLED.toNanos() / (2 * FilterGate.LOOKS);

    private static final Duration ENDING = Duration.ofMillis(500);

    private final Node node;
    private final WhenDown whenDown;
    private final String network;
    private final FilterGate gate;
    private @Nullable Thread watch;
    private List<Entry> serving = List.of();

    /**
     * @param loops of the filter; each has to call {@link #alive} several times within {@link #STALLED}
     * @param network name of the mesh, for {@link Caller}
     */
    public InboundRedirect(Node node, WhenDown whenDown, int loops, String network) {
        this.node = node;
        this.whenDown = whenDown;
        this.network = network;
        gate = new FilterGate(loops, STALLED.toNanos(), System.nanoTime());
    }

    /** Tells a pause of the whole process from loops that stand still. */
    private static void watch(FilterGate gate) {
        while (!Thread.currentThread().isInterrupted()) {
            gate.look();
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private void shut() {
        gate.shut();
        if (watch != null) {
            watch.interrupt();
        }
    }

    /** Loop number {@code loop} of the filter is at work. */
    public void alive(int loop) {
        gate.alive(loop, System.nanoTime());
    }

    /**
     * Connections that peers begin go to these listeners, which are open already; those that live keep theirs.
     *
     * @throws ServiceFailure when the control plane did not take it; everything is as before
     */
    public void serve(List<Entry> entries) {
        install(FilterPorts.of(entries, whenDown, gate));
        serving = List.copyOf(entries);
        if (watch == null) {
            watch = Thread.ofPlatform().daemon().name("l7-watch").start(() -> watch(gate));
        }
    }

    private void install(FilterPorts ports) {
        if (!ControlPlaneCall.run(node, _ -> node.filterPorts(ports))) {
            throw new ServiceFailure("the control plane did not take the ports of the L7 filter");
        }
    }

    /**
     * Who made a connection that the filter has accepted: the peer whose tunnel carried its SYN, or {@link
     * Caller#UNKNOWN}, for one that came another way, such as from this host.
     *
     * @param local the accepted socket's own address
     * @param port the served port, not the listener's
     */
    public Caller caller(InetSocketAddress local, int port, InetSocketAddress remote) {
        FlowOrigin origin = node.firewall().originOf(ip(local), port, ip(remote), remote.getPort());
        return origin == null ? Caller.UNKNOWN : caller(origin);
    }

    private Caller caller(FlowOrigin origin) {
        PeerIdentity peer = origin.peer();
        return new Caller(
                peer.name(),
                peer.groups(),
                origin.remote().toString(),
                peer.fingerprint().toString(),
                network);
    }

    private static Ip ip(InetSocketAddress address) {
        return Ip.ofBytes(address.getAddress().getAddress());
    }

    /**
     * The filter ends, and another is to take its place: until that serves, connections that peers begin are refused.
     */
    public void suspend() {
        if (whenDown == WhenDown.OPEN && !serving.isEmpty()) {
            FilterPorts closed = FilterPorts.of(serving, WhenDown.CLOSED, gate);
            boolean _ = ControlPlaneCall.run(node, ENDING, _ -> node.filterPorts(closed));
        }
        shut();
    }

    /**
     * What a filter that was {@link #suspend suspended} refuses goes straight to the application, as no other comes.
     */
    public static void release(Node node) {
        boolean _ = ControlPlaneCall.run(node, ENDING, _ -> node.filterPorts(FilterPorts.NONE));
    }

    /**
     * The filter ends on purpose, which is no failure: connections that peers begin go straight to the application,
     * whatever {@code l7.on_failure} says. Only where the control plane does not answer either it has the last word.
     */
    @Override
    public void close() {
        release(node);
        shut();
    }
}
