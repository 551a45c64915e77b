package dev.asterism.tun.device;

import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.tun.libc.Libc;
import dev.asterism.tun.netlink.LinkRoute;
import dev.asterism.tun.netlink.RouteNetlink;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A TUN device that lives as long as this object. {@link #open} makes it, {@link #activate} gives it addresses
 * and brings it up. Every thread takes a {@link #port} of its own; {@link #close} only after those threads have ended.
 *
 * <p>Belongs to the agent's main thread.
 */
public final class LinuxTun implements AutoCloseable {

    /** Packets up to this length are read even when somebody raises the device's MTU. */
    private static final int JUMBO_BYTES = 9_216;

    private static final int TCP_IP_HEADER_BYTES = 40;
    private static final int CONNECTED_IPV6_METRIC = 256;

    private final Libc libc;
    private final TunOptions options;
    private final TunQueues queues;
    private final TunCounters counters = new TunCounters();
    private final int index;

    private LinuxTun(Libc libc, TunOptions options, TunQueues queues) {
        this.libc = libc;
        this.options = options;
        this.queues = queues;
        try (RouteNetlink netlink = new RouteNetlink(libc)) {
            index = netlink.linkIndex(queues.name());
        }
    }

    /**
     * Makes the device; it is still down and has no address.
     *
     * @throws dev.asterism.tun.libc.NativeIoException when the name is taken, or the right or the kernel's
     *     support is missing
     */
    public static LinuxTun open(Libc libc, TunOptions options) {
        TunQueues queues = TunQueues.open(libc, options);
        try {
            return new LinuxTun(libc, options, queues);
        } catch (RuntimeException e) {
            queues.close();
            throw e;
        }
    }

    /**
     * Sets MTU and queue length, adds the addresses, brings the link up and adds the route to each network. Packets
     * for an IPv6 address are delivered only some milliseconds later, when a worker of the kernel has run.
     */
    public void activate(List<Cidr> addresses) {
        try (RouteNetlink netlink = new RouteNetlink(libc)) {
            netlink.generateNoIpv6Addresses(index);
            netlink.setMtu(index, options.deviceMtu());
            netlink.setTransmitQueue(index, options.transmitQueue());
            for (Cidr address : addresses) {
                netlink.addAddress(index, address);
            }
            netlink.up(index);
            for (Cidr address : addresses) {
                netlink.addRoute(index, connected(address));
            }
        }
    }

    private LinkRoute connected(Cidr address) {
        int metric = address.isIpv4() ? 0 : CONNECTED_IPV6_METRIC;
        LinkRoute.Origin origin = LinkRoute.Origin.CONNECTED;
        return route(address.masked(), origin, address.address(), options.mtu(), metric);
    }

    /**
     * Adds a route beside those to the overlay's own networks.
     *
     * @param mtu bytes, 0 for that of the overlay networks
     * @param metric 0 for the family's default
     */
    public void addRoute(Cidr network, int mtu, int metric) {
        try (RouteNetlink netlink = new RouteNetlink(libc)) {
            netlink.addRoute(index, configured(network, mtu, metric));
        }
    }

    /** Removes what {@link #addRoute} added; a route that is gone already is no error. */
    public void removeRoute(Cidr network, int metric) {
        try (RouteNetlink netlink = new RouteNetlink(libc)) {
            netlink.removeRoute(index, configured(network, 0, metric));
        }
    }

    private LinkRoute configured(Cidr network, int mtu, int metric) {
        int bytes = mtu == 0 ? options.mtu() : mtu;
        return route(network.masked(), LinkRoute.Origin.CONFIGURED, null, bytes, metric);
    }

    private LinkRoute route(
            Cidr network, LinkRoute.Origin origin, @Nullable Ip source, int mtu, int metric) {
        int advertisedMss = mtu == options.deviceMtu() ? 0 : mtu - TCP_IP_HEADER_BYTES;
        return new LinkRoute(network, origin, source, mtu, advertisedMss, metric);
    }

    /** A port on the first queue, for one thread; the caller closes it when that thread has ended. */
    public LinuxTunPort port() {
        return port(0);
    }

    /** A port on queue {@code queue}, counted from 0. */
    public LinuxTunPort port(int queue) {
        return new LinuxTunPort(libc, this, queues.fd(queue));
    }

    /** The first queue's descriptor, for {@link dev.asterism.tun.poll.EventLoop#watch}; stays this object's. */
    public int fd() {
        return queues.fd(0);
    }

    public int fd(int queue) {
        return queues.fd(queue);
    }

    /** The real name, also when the kernel chose it. */
    public String name() {
        return queues.name();
    }

    /** The link's index, for {@link dev.asterism.tun.netlink.AddressEvents}. */
    public int index() {
        return index;
    }

    /** What the kernel granted of what was asked for. */
    public TunOffload offload() {
        return queues.offload();
    }

    int maxPacketBytes() {
        return Math.max(options.deviceMtu(), JUMBO_BYTES);
    }

    public TunCounters counters() {
        return counters;
    }

    @Override
    public void close() {
        queues.close();
    }
}
