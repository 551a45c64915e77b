package dev.asterism.tun.netlink;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.asterism.tun.libc.Errno;
import dev.asterism.tun.libc.Libc;
import dev.asterism.tun.libc.NativeIoException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/** A NETLINK_ROUTE socket. Belongs to one thread. */
final class NetlinkSocket implements AutoCloseable {

    static final int BUFFER_BYTES = 32_768;

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int NETLINK_GET_STRICT_CHK = 12;
    private static final int TYPE_DONE = 3;
    private static final int FLAG_DUMP_INTERRUPTED = 0x10;

    private final Libc libc;
    private final Errno errno = new Errno();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(BUFFER_BYTES, 8);
    private final int fd;
    private int sequence;

    private NetlinkSocket(Libc libc, int typeFlags, int groups) {
        this.libc = libc;
        fd =
                libc.check(
                        "open a netlink socket",
                        errno,
                        libc.socket(errno, AF_NETLINK, SOCK_RAW_CLOEXEC | typeFlags, 0));
        // sockaddr_nl, 12 bytes: family u16, padding, port u32, groups u32.
        buffer.set(JAVA_SHORT, 0, (short) AF_NETLINK);
        buffer.set(JAVA_INT, 8, groups);
        if (libc.bind(errno, fd, buffer.address(), 12) < 0) {
            NativeIoException failure = libc.failure("bind a netlink socket", errno.value());
            close();
            throw failure;
        }
        option(NETLINK_CAP_ACK);
        option(NETLINK_EXT_ACK);
    }

    static NetlinkSocket forRequests(Libc libc) {
        return new NetlinkSocket(libc, 0, 0);
    }

    /** For {@link #ask}; the kernel then sends of a list only what was asked for, where it can (4.20 and later). */
    static NetlinkSocket forQuestions(Libc libc) {
        NetlinkSocket socket = new NetlinkSocket(libc, 0, 0);
        socket.option(NETLINK_GET_STRICT_CHK);
        return socket;
    }

    /** Never blocks; gets the messages of these multicast groups. */
    static NetlinkSocket forEvents(Libc libc, int groups) {
        return new NetlinkSocket(libc, SOCK_NONBLOCK, groups);
    }

    /** Older kernels lack these two; then errors come without words. */
    private void option(int option) {
        buffer.set(JAVA_INT, 0, 1);
        libc.setsockopt(errno, fd, SOL_NETLINK, option, buffer.address(), 4);
    }

    int fd() {
        return fd;
    }

    MemorySegment buffer() {
        return buffer;
    }

    Errno errno() {
        return errno;
    }

    Arena arena() {
        return arena;
    }

    /** Bytes read into {@link #buffer}, or negative with the reason in {@link #errno}. */
    int read() {
        return (int) libc.read(errno, fd, buffer.address(), BUFFER_BYTES);
    }

    /**
     * Sends a request and waits for its answer.
     *
     * @param what the request in words, for the exception
     */
    void request(String what, NetlinkRequest request) {
        request(what, request, 0);
    }

    /** As above, but that one error is none. */
    void request(String what, NetlinkRequest request, int accepted) {
        int error = tryRequest(what, request);
        if (error != 0 && error != accepted) {
            String text = lastText.isEmpty() ? libc.describe(error) : lastText;
            throw new NativeIoException(what, error, text);
        }
    }

    private String lastText = "";

    /** As {@link #request}, but a refusal is returned as errno; 0 for success. */
    int tryRequest(String what, NetlinkRequest request) {
        int expected = ++sequence;
        MemorySegment message = request.finish(expected);
        long sent = libc.write(errno, fd, message.address(), request.length());
        if (sent < 0) {
            throw libc.failure(what, errno.value());
        }
        while (true) {
            int end = read();
            if (end < 0 && errno.value() != Errno.EINTR) {
                throw libc.failure(what, errno.value());
            }
            int error = answer(end, expected);
            if (error != NetlinkReply.NO_ANSWER) {
                return error;
            }
        }
    }

    /**
     * Sends a question and hands over each message of the answer.
     *
     * @return false when the list changed while the kernel wrote it
     */
    boolean ask(String what, NetlinkRequest request, Consumer<NetlinkMessage> each) {
        int expected = ++sequence;
        MemorySegment message = request.finish(expected);
        if (libc.write(errno, fd, message.address(), request.length()) < 0) {
            throw libc.failure(what, errno.value());
        }
        boolean whole = true;
        while (true) {
            int end = read();
            if (end < 0 && errno.value() != Errno.EINTR) {
                throw libc.failure(what, errno.value());
            }
            int at = 0;
            int length = NetlinkReply.messageBytes(buffer, at, end);
            while (length > 0) {
                int error = NetlinkReply.errno(buffer, at, length, expected);
                if (error == 0) {
                    return whole;
                } else if (error != NetlinkReply.NO_ANSWER) {
                    throw libc.failure(what, error);
                }
                if (NetlinkReply.sequence(buffer, at) == expected) {
                    whole &= (NetlinkReply.flags(buffer, at) & FLAG_DUMP_INTERRUPTED) == 0;
                    if (NetlinkReply.type(buffer, at) == TYPE_DONE) {
                        return whole;
                    }
                    each.accept(new NetlinkMessage(buffer, at, length));
                }
                at += NetlinkReply.aligned(length);
                length = NetlinkReply.messageBytes(buffer, at, end);
            }
        }
    }

    private int answer(int end, int expected) {
        int at = 0;
        int length = NetlinkReply.messageBytes(buffer, at, end);
        while (length > 0) {
            int error = NetlinkReply.errno(buffer, at, length, expected);
            if (error != NetlinkReply.NO_ANSWER) {
                lastText = error == 0 ? "" : NetlinkReply.text(buffer, at, length);
                return error;
            }
            at += NetlinkReply.aligned(length);
            length = NetlinkReply.messageBytes(buffer, at, end);
        }
        return NetlinkReply.NO_ANSWER;
    }

    @Override
    public void close() {
        libc.close(errno, fd);
        arena.close();
    }
}
