package dev.asterism.tun.netlink;

import dev.asterism.tun.libc.Errno;
import dev.asterism.tun.libc.Libc;
import java.lang.foreign.MemorySegment;
import java.util.function.IntSupplier;

/**
 * Hears of changes to the host's addresses, links and routes, other than those of one link (our own
 * device). Give {@link #fd} to a loop and {@link #drain} it there.
 */
public final class AddressEvents implements AutoCloseable {

    /** LINK | IPV4_IFADDR | IPV4_ROUTE | IPV6_IFADDR | IPV6_ROUTE. */
    private static final int GROUPS = 0x1 | 0x10 | 0x40 | 0x100 | 0x400;

    private static final int RTM_NEWLINK = 16;
    private static final int RTM_DELLINK = 17;
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_DELADDR = 21;
    private static final int RTM_NEWROUTE = 24;
    private static final int RTM_DELROUTE = 25;
    private static final int RTA_OIF = 4;
    private static final int TABLE_AT = 4;
    private static final int FLAGS_AT = 8;

    /** Routes to the host's own addresses, of which the addresses tell. */
    private static final int TABLE_LOCAL = 255;

    /** What the kernel remembers of a route's use, such as a path MTU. */
    private static final int RTM_F_CLONED = 0x200;

    private final NetlinkSocket socket;
    private final IntSupplier ignoredLink;

    /**
     * @param ignoredLink index, as it is at each call, of the link whose changes do not matter; 0 for none
     */
    public AddressEvents(Libc libc, IntSupplier ignoredLink) {
        this.ignoredLink = ignoredLink;
        socket = NetlinkSocket.forEvents(libc, GROUPS);
    }

    public int fd() {
        return socket.fd();
    }

    /** Reads all news; true when an address, link or route has come, gone or changed. Never blocks. */
    public boolean drain() {
        boolean changed = false;
        while (true) {
            int end = socket.read();
            if (end >= 0) {
                changed |= concerns(socket.buffer(), end);
            } else if (socket.errno().value() == Errno.ENOBUFS) {
                // The kernel dropped messages: whatever they said, something has changed.
                changed = true;
            } else if (socket.errno().value() != Errno.EINTR) {
                return changed;
            }
        }
    }

    private boolean concerns(MemorySegment buffer, int end) {
        int at = 0;
        int length = NetlinkReply.messageBytes(buffer, at, end);
        while (length > 0) {
            if (concerns(new NetlinkMessage(buffer, at, length))) {
                return true;
            }
            at += NetlinkReply.aligned(length);
            length = NetlinkReply.messageBytes(buffer, at, end);
        }
        return false;
    }

    private boolean concerns(NetlinkMessage message) {
        return switch (message.type()) {
            case RTM_NEWLINK, RTM_DELLINK, RTM_NEWADDR, RTM_DELADDR -> isOther(message.bodyInt(4));
            case RTM_NEWROUTE, RTM_DELROUTE ->
                    message.bodyByte(TABLE_AT) != TABLE_LOCAL
                            && (message.bodyInt(FLAGS_AT) & RTM_F_CLONED) == 0
                            && isOther(
                                    NetlinkMessage.intOf(
                                            message.attribute(KernelRoute.BODY, RTA_OIF)));
            default -> false;
        };
    }

    private boolean isOther(int link) {
        return link != ignoredLink.getAsInt();
    }

    @Override
    public void close() {
        socket.close();
    }
}
