package dev.asterism.tun.netlink;

import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.tun.libc.Errno;
import dev.asterism.tun.libc.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Changes links, addresses and routes of the host, IPv4 and IPv6 (rtnetlink(7)). Every request
 * waits for the kernel's answer; a refusal is a {@link dev.asterism.tun.libc.NativeIoException}
 * with the kernel's own words.
 */
public final class RouteNetlink implements AutoCloseable {

    private static final int RTM_NEWLINK = 16;
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_DELADDR = 21;
    private static final int RTM_NEWROUTE = 24;
    private static final int RTM_DELROUTE = 25;

    private static final int EXCLUSIVE = 0x200;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int IFF_UP = 1;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_TXQLEN = 13;
    private static final int IFLA_AF_SPEC = 26;
    private static final int IFLA_INET6_ADDR_GEN_MODE = 8;
    private static final int ADDR_GEN_MODE_NONE = 1;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_FLAGS = 8;
    private static final int IFA_F_NODAD = 0x2;
    private static final int IFA_F_NOPREFIXROUTE = 0x200;

    /** IPv6: with duplicate detection the address is tentative for a while and no route may name it as source. */
    private static final int ADDRESS_FLAGS = IFA_F_NODAD | IFA_F_NOPREFIXROUTE;

    /** Containers often have it so. */
    private static final String IPV6_OFF =
            " (IPv6 is switched off here: set sysctl net.ipv6.conf.default.disable_ipv6 to 0, or"
                    + " use a certificate without IPv6)";

    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_PRIORITY = 6;
    private static final int RTA_PREFSRC = 7;
    private static final int RTA_METRICS = 8;
    private static final int RTAX_MTU = 2;
    private static final int RTAX_ADVMSS = 8;
    private static final int RT_TABLE_MAIN = 254;
    private static final int RT_SCOPE_UNIVERSE = 0;
    private static final int RT_SCOPE_LINK = 253;
    private static final int RTN_UNICAST = 1;
    private static final long SIOCGIFINDEX = 0x8933;

    private final Libc libc;
    private final NetlinkSocket socket;

    public RouteNetlink(Libc libc) {
        this.libc = libc;
        socket = NetlinkSocket.forRequests(libc);
    }

    /** The index of the link of that name. */
    public int linkIndex(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ifreq = arena.allocate(40, 8);
            ifreq.setString(0, name);
            int result = libc.ioctl(socket.errno(), socket.fd(), SIOCGIFINDEX, ifreq.address());
            libc.check("look up link " + name, socket.errno(), result);
            return ifreq.get(ValueLayout.JAVA_INT, 16);
        }
    }

    public void setMtu(int link, int mtuBytes) {
        try (Arena arena = Arena.ofConfined()) {
            NetlinkRequest request = link(arena, link, 0, 0).attribute(IFLA_MTU, mtuBytes);
            socket.request("set MTU " + mtuBytes + " of link " + link, request);
        }
    }

    public void setTransmitQueue(int link, int packets) {
        try (Arena arena = Arena.ofConfined()) {
            NetlinkRequest request = link(arena, link, 0, 0).attribute(IFLA_TXQLEN, packets);
            socket.request("set transmit queue " + packets + " of link " + link, request);
        }
    }

    public void up(int link) {
        try (Arena arena = Arena.ofConfined()) {
            socket.request("bring link " + link + " up", link(arena, link, IFF_UP, IFF_UP));
        }
    }

    public void down(int link) {
        try (Arena arena = Arena.ofConfined()) {
            socket.request("bring link " + link + " down", link(arena, link, 0, IFF_UP));
        }
    }

    /** Keeps the kernel from giving the link a link-local IPv6 address; nothing on a host without IPv6. */
    public void generateNoIpv6Addresses(int link) {
        try (Arena arena = Arena.ofConfined()) {
            NetlinkRequest request = link(arena, link, 0, 0);
            int spec = request.beginNest(IFLA_AF_SPEC);
            int inet6 = request.beginNest(AF_INET6);
            request.byteAttribute(IFLA_INET6_ADDR_GEN_MODE, ADDR_GEN_MODE_NONE);
            request.endNest(inet6).endNest(spec);
            String what = "switch IPv6 address generation of link " + link + " off";
            int error = socket.tryRequest(what, request);
            if (error != 0 && error != Errno.EAFNOSUPPORT && error != Errno.EOPNOTSUPP) {
                throw libc.failure(what, error);
            }
        }
    }

    /** ifinfomsg, 16 bytes: family u8, padding, type u16, index s32, flags u32, mask of changed flags u32. */
    private static NetlinkRequest link(Arena arena, int link, int flags, int changed) {
        return new NetlinkRequest(arena, RTM_NEWLINK, 0)
                .putInt(0)
                .putInt(link)
                .putInt(flags)
                .putInt(changed);
    }

    /**
     * Adds an address, usable at once, with its prefix length but without the route to its network: routes are made by
     * {@link #addRoute}, with an MTU. An address that stands already is no error.
     */
    public void addAddress(int link, Cidr address) {
        try (Arena arena = Arena.ofConfined()) {
            int flags = NetlinkRequest.CREATE | NetlinkRequest.REPLACE;
            NetlinkRequest request =
                    address(arena, RTM_NEWADDR, flags, link, address)
                            .attribute(IFA_FLAGS, ADDRESS_FLAGS);
            String what = "add address " + address + " to link " + link;
            int error = socket.tryRequest(what, request);
            if (error != 0) {
                throw libc.failure(isIpv6Off(error, address) ? what + IPV6_OFF : what, error);
            }
        }
    }

    private static boolean isIpv6Off(int error, Cidr address) {
        return !address.isIpv4()
                && (error == Errno.EACCES
                        || error == Errno.EAFNOSUPPORT
                        || error == Errno.EOPNOTSUPP);
    }

    public void removeAddress(int link, Cidr address) {
        try (Arena arena = Arena.ofConfined()) {
            NetlinkRequest request = address(arena, RTM_DELADDR, 0, link, address);
            socket.request("remove address " + address + " from link " + link, request);
        }
    }

    /** ifaddrmsg, 8 bytes: family u8, prefix length u8, flags u8, scope u8, index u32. */
    private static NetlinkRequest address(
            Arena arena, int type, int flags, int link, Cidr address) {
        byte[] bytes = address.address().toBytes();
        return new NetlinkRequest(arena, type, flags)
                .putByte(family(address))
                .putByte(address.bits())
                .putByte(0)
                .putByte(RT_SCOPE_UNIVERSE)
                .putInt(link)
                .attribute(IFA_LOCAL, bytes)
                .attribute(IFA_ADDRESS, bytes);
    }

    /**
     * Adds a route to the main table; nothing of the host's is replaced. An IPv4 route goes before
     * one of another link with the same network and metric, and so hides it; an IPv6 route does
     * not, and needs a metric of its own. A route that stands already is no error.
     */
    public void addRoute(int link, LinkRoute route) {
        try (Arena arena = Arena.ofConfined()) {
            String what = "add route " + route.network() + " to link " + link;
            int flags = NetlinkRequest.CREATE | (route.network().isIpv4() ? 0 : EXCLUSIVE);
            socket.request(what, whole(arena, RTM_NEWROUTE, flags, link, route), Errno.EEXIST);
        }
    }

    /** Gives an IPv6 route of this link other attributes, in one step. */
    public void changeRoute(int link, LinkRoute route) {
        try (Arena arena = Arena.ofConfined()) {
            String what = "change route " + route.network() + " of link " + link;
            int flags = NetlinkRequest.CREATE | NetlinkRequest.REPLACE;
            socket.request(what, whole(arena, RTM_NEWROUTE, flags, link, route));
        }
    }

    private static NetlinkRequest whole(
            Arena arena, int type, int flags, int link, LinkRoute route) {
        NetlinkRequest request = route(arena, type, flags, link, route);
        Ip source = route.source();
        if (source != null) {
            request.attribute(RTA_PREFSRC, source.toBytes());
        }
        if (route.mtu() != 0 || route.advertisedMss() != 0) {
            int metrics = request.beginNest(RTA_METRICS);
            metric(request, RTAX_MTU, route.mtu());
            metric(request, RTAX_ADVMSS, route.advertisedMss());
            request.endNest(metrics);
        }
        return request;
    }

    private static void metric(NetlinkRequest request, int type, int value) {
        if (value != 0) {
            request.attribute(type, value);
        }
    }

    /**
     * Removes this very route; one that is gone already is no error. Another route of the same
     * network and metric stays, unless it is IPv6 and of the same link.
     */
    public void removeRoute(int link, LinkRoute route) {
        try (Arena arena = Arena.ofConfined()) {
            String what = "remove route " + route.network() + " from link " + link;
            socket.request(what, whole(arena, RTM_DELROUTE, 0, link, route), Errno.ESRCH);
        }
    }

    /**
     * rtmsg, 12 bytes: family u8, destination length u8, source length u8, tos u8, table u8, protocol u8,
     * scope u8, type u8, flags u32.
     */
    private static NetlinkRequest route(
            Arena arena, int type, int flags, int link, LinkRoute route) {
        Cidr network = route.network().masked();
        NetlinkRequest request =
                new NetlinkRequest(arena, type, flags)
                        .putByte(family(network))
                        .putByte(network.bits())
                        .putByte(0)
                        .putByte(0)
                        .putByte(RT_TABLE_MAIN)
                        .putByte(route.origin().protocol)
                        .putByte(network.isIpv4() ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE)
                        .putByte(RTN_UNICAST)
                        .putInt(0)
                        .attribute(RTA_DST, network.address().toBytes())
                        .attribute(RTA_OIF, link);
        if (route.metric() != 0) {
            request.attribute(RTA_PRIORITY, route.metric());
        }
        return request;
    }

    private static int family(Cidr network) {
        return network.isIpv4() ? AF_INET : AF_INET6;
    }

    @Override
    public void close() {
        socket.close();
    }
}
