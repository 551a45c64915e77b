package dev.asterism.tun.netlink;

import dev.asterism.overlay.net.Cidr;
import dev.asterism.overlay.net.Ip;
import dev.asterism.tun.libc.Errno;
import dev.asterism.tun.libc.Libc;
import dev.asterism.tun.libc.NativeIoException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads links, addresses and routes of the calling thread's network namespace (rtnetlink(7)); needs
 * no rights. Each call is a question to the kernel; a list that kept changing while it was read is
 * a {@link DumpInterrupted}. Belongs to one thread.
 */
public final class HostNetwork implements AutoCloseable {

    private static final int RTM_GETLINK = 18;
    private static final int RTM_GETADDR = 22;
    private static final int RTM_GETROUTE = 26;
    private static final int DUMP = 0x300;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int INTERRUPTED_TRIES = 3;

    private static final int LINK_BODY = 16;
    private static final int IFF_UP = 1;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;

    private static final int ADDRESS_BODY = 8;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;

    private static final int RTA_DST = 1;
    private static final int RTA_MARK = 16;
    private static final int RTA_OIF = 4;
    private static final int RTA_PREFSRC = 7;

    private final NetlinkSocket socket;

    /**
     * @param index from 1
     * @param mtu bytes
     */
    public record Link(int index, String name, boolean up, int mtu) {}

    /**
     * @param link index
     */
    public record LinkAddress(int link, Cidr address) {}

    /**
     * How the kernel would send to an address.
     *
     * @param source the address it would send from
     */
    public record Way(Ip source, int link) {}

    public HostNetwork(Libc libc) {
        socket = NetlinkSocket.forQuestions(libc);
    }

    /** All links, in the order of their indexes. */
    public List<Link> links() {
        return links(0, DUMP).stream()
                .sorted(java.util.Comparator.comparingInt(Link::index))
                .toList();
    }

    /** The link of that index; null when there is none. */
    public @Nullable Link link(int index) {
        try {
            return links(index, 0).stream().findFirst().orElse(null);
        } catch (NativeIoException e) {
            if (e.errno() == Errno.ENODEV) {
                return null;
            }
            throw e;
        }
    }

    private List<Link> links(int index, int flags) {
        return ask(
                "list links",
                arena ->
                        new NetlinkRequest(arena, RTM_GETLINK, flags)
                                .putInt(0)
                                .putInt(index)
                                .putInt(0)
                                .putInt(0),
                (message, found) ->
                        found.add(
                                new Link(
                                        message.bodyInt(4),
                                        NetlinkMessage.textOf(
                                                message.attribute(LINK_BODY, IFLA_IFNAME)),
                                        (message.bodyInt(8) & IFF_UP) != 0,
                                        NetlinkMessage.intOf(
                                                message.attribute(LINK_BODY, IFLA_MTU)))));
    }

    /** Both families; with the prefix lengths of their networks. In the kernel's order within each link. */
    public List<LinkAddress> addresses() {
        return ask(
                "list addresses",
                arena -> new NetlinkRequest(arena, RTM_GETADDR, DUMP).putInt(0).putInt(0),
                HostNetwork::addAddress);
    }

    private static void addAddress(NetlinkMessage message, List<LinkAddress> found) {
        MemorySegment local = message.attribute(ADDRESS_BODY, IFA_LOCAL);
        Ip ip =
                NetlinkMessage.ipOf(
                        local != null ? local : message.attribute(ADDRESS_BODY, IFA_ADDRESS));
        int bits = message.bodyByte(1);
        if (ip != null && bits <= ip.bitLength()) {
            found.add(new LinkAddress(message.bodyInt(4), new Cidr(ip, bits)));
        }
    }

    /**
     * Unicast routes of the main table, both families.
     *
     * @param wanted asked for each route as it is read: a host may have a million that nobody needs
     */
    public List<KernelRoute> routes(Predicate<KernelRoute> wanted) {
        List<KernelRoute> all = new ArrayList<>(routes(AF_INET, wanted));
        all.addAll(routes(AF_INET6, wanted));
        return List.copyOf(all);
    }

    private List<KernelRoute> routes(int family, Predicate<KernelRoute> wanted) {
        return ask(
                "list routes",
                arena ->
                        new NetlinkRequest(arena, RTM_GETROUTE, DUMP)
                                .putByte(family)
                                .putByte(0)
                                .putShort(0)
                                .putByte(KernelRoute.TABLE_MAIN)
                                .putByte(0)
                                .putShort(0)
                                .putInt(0),
                (message, found) -> {
                    KernelRoute route = KernelRoute.read(message);
                    if (route != null && wanted.test(route)) {
                        found.add(route);
                    }
                });
    }

    /**
     * Where a datagram to that address would go; null when there is no route.
     *
     * @param mark firewall mark of the socket, 0 for none
     */
    public @Nullable Way wayTo(Ip destination, int mark) {
        List<Way> found;
        try {
            found =
                    ask(
                            "find the route to " + destination,
                            arena -> wayRequest(arena, destination, mark),
                            HostNetwork::addWay);
        } catch (NativeIoException e) {
            return null;
        }
        return found.isEmpty() ? null : found.getFirst();
    }

    private static NetlinkRequest wayRequest(Arena arena, Ip destination, int mark) {
        NetlinkRequest request =
                new NetlinkRequest(arena, RTM_GETROUTE, 0)
                        .putByte(destination.isIpv4() ? AF_INET : AF_INET6)
                        .putByte(destination.bitLength())
                        .putShort(0)
                        .putInt(0)
                        .putInt(0)
                        .attribute(RTA_DST, destination.toBytes());
        return mark == 0 ? request : request.attribute(RTA_MARK, mark);
    }

    private static void addWay(NetlinkMessage message, List<Way> found) {
        Ip source = NetlinkMessage.ipOf(message.attribute(KernelRoute.BODY, RTA_PREFSRC));
        int link = NetlinkMessage.intOf(message.attribute(KernelRoute.BODY, RTA_OIF));
        if (source != null) {
            found.add(new Way(source, link));
        }
    }

    private interface Question {
        NetlinkRequest in(Arena arena);
    }

    private interface Reader<T> {
        void read(NetlinkMessage message, List<T> found);
    }

    /** A listing that changed while it was read is read again, and after a few times given up. */
    private <T> List<T> ask(String what, Question question, Reader<T> reader) {
        List<T> found = new ArrayList<>();
        Consumer<NetlinkMessage> each = message -> reader.read(message, found);
        for (int i = 0; i < INTERRUPTED_TRIES; i++) {
            found.clear();
            try (Arena arena = Arena.ofConfined()) {
                if (socket.ask(what, question.in(arena), each)) {
                    return List.copyOf(found);
                }
            }
        }
        throw new DumpInterrupted(what);
    }

    @Override
    public void close() {
        socket.close();
    }
}
