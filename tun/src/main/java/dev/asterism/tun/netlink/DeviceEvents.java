package dev.asterism.tun.netlink;

import dev.asterism.overlay.net.Cidr;
import dev.asterism.tun.libc.Errno;
import dev.asterism.tun.libc.Libc;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/**
 * Hears of changes to one link, its addresses and its routes, and of routes of others to the same
 * networks. Give {@link #fd} to a loop and {@link #drain} it there.
 */
public final class DeviceEvents implements AutoCloseable {

    /** LINK | IPV4_IFADDR | IPV4_ROUTE | IPV6_IFADDR | IPV6_ROUTE. */
    private static final int GROUPS = 0x1 | 0x10 | 0x40 | 0x100 | 0x400;

    private static final int RTM_NEWLINK = 16;
    private static final int RTM_DELLINK = 17;
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_DELADDR = 21;
    private static final int RTM_NEWROUTE = 24;
    private static final int RTM_DELROUTE = 25;
    private static final int AF_UNSPEC = 0;
    private static final int RTA_OIF = 4;

    private final NetlinkSocket socket;

    /** What has happened since the last look; later ones are graver. */
    public enum News {
        NOTHING,
        CHANGED,
        GONE
    }

    public DeviceEvents(Libc libc) {
        socket = NetlinkSocket.forEvents(libc, GROUPS);
    }

    public int fd() {
        return socket.fd();
    }

    /**
     * Reads all messages; never blocks.
     *
     * @param link index
     * @param networks of the link's routes
     */
    public News drain(int link, Set<Cidr> networks) {
        News gravest = News.NOTHING;
        while (true) {
            int end = socket.read();
            News news = News.NOTHING;
            if (end >= 0) {
                news = read(socket.buffer(), end, link, networks);
            } else if (socket.errno().value() == Errno.ENOBUFS) {
                // The kernel dropped messages, and one of them may have said it.
                news = News.CHANGED;
            } else if (socket.errno().value() != Errno.EINTR) {
                return gravest;
            }
            gravest = gravest.compareTo(news) >= 0 ? gravest : news;
        }
    }

    private static News read(MemorySegment buffer, int end, int link, Set<Cidr> networks) {
        News gravest = News.NOTHING;
        int at = 0;
        int length = NetlinkReply.messageBytes(buffer, at, end);
        while (length > 0) {
            News news = newsIn(new NetlinkMessage(buffer, at, length), link, networks);
            gravest = gravest.compareTo(news) >= 0 ? gravest : news;
            at += NetlinkReply.aligned(length);
            length = NetlinkReply.messageBytes(buffer, at, end);
        }
        return gravest;
    }

    private static News newsIn(NetlinkMessage message, int link, Set<Cidr> networks) {
        return switch (message.type()) {
            case RTM_DELLINK -> {
                // Bridges send DELLINK of their own family when a port leaves them.
                boolean ours = message.bodyInt(4) == link && message.bodyByte(0) == AF_UNSPEC;
                yield ours ? News.GONE : News.NOTHING;
            }
            case RTM_NEWLINK, RTM_NEWADDR, RTM_DELADDR -> changed(message.bodyInt(4) == link);
            case RTM_NEWROUTE, RTM_DELROUTE -> changed(concerns(message, link, networks));
            default -> News.NOTHING;
        };
    }

    private static News changed(boolean ours) {
        return ours ? News.CHANGED : News.NOTHING;
    }

    private static boolean concerns(NetlinkMessage message, int link, Set<Cidr> networks) {
        int out = NetlinkMessage.intOf(message.attribute(KernelRoute.BODY, RTA_OIF));
        Cidr network = KernelRoute.networkOf(message);
        return out == link || network != null && networks.contains(network);
    }

    @Override
    public void close() {
        socket.close();
    }
}
