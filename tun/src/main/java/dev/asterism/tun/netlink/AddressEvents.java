package dev.asterism.tun.netlink;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.asterism.tun.libc.Errno;
import dev.asterism.tun.libc.Libc;
import java.lang.foreign.MemorySegment;
import java.util.function.IntSupplier;

/**
 * Hears of changes to the host's addresses and links, other than those of one link (our own device). Give {@link #fd}
 * to a loop and {@link #drain} it there.
 */
public final class AddressEvents implements AutoCloseable {

    private static final int GROUPS = 0x1 | 0x10 | 0x100; // LINK | IPV4_IFADDR | IPV6_IFADDR
    private static final int LAST_ADDRESS_TYPE = 21;
    private static final int FIRST_LINK_TYPE = 16;
    private static final int INDEX_AT = NetlinkRequest.HEADER_BYTES + 4;

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

    /** Reads all news; true when an address or link has come, gone or changed. Never blocks. */
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
            int type = NetlinkReply.type(buffer, at);
            if (type >= FIRST_LINK_TYPE
                    && type <= LAST_ADDRESS_TYPE
                    && length >= INDEX_AT + 4
                    && buffer.get(JAVA_INT_UNALIGNED, at + (long) INDEX_AT)
                            != ignoredLink.getAsInt()) {
                return true;
            }
            at += NetlinkReply.aligned(length);
            length = NetlinkReply.messageBytes(buffer, at, end);
        }
        return false;
    }

    @Override
    public void close() {
        socket.close();
    }
}
