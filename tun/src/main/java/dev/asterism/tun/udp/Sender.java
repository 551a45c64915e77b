package dev.asterism.tun.udp;

import dev.asterism.overlay.io.DatagramBatch;
import dev.asterism.overlay.net.Ip;
import dev.asterism.tun.libc.Errno;
import dev.asterism.tun.libc.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The sending half of a port: a {@link GsoPlan} of the batch, then as few sendmmsg as errors allow. */
final class Sender {

    private static final int MESSAGES = 64;
    private static final int FLAGS = 0x40 | 0x4000; // MSG_DONTWAIT | MSG_NOSIGNAL

    private final Libc libc;
    private final Errno errno;
    private final LinuxUdp socket;
    private final int fd;
    private final int family;
    private final UdpCounters counters;
    private final GsoRejections rejections = new GsoRejections();
    private final GsoPlan plan;
    private final MessageVector vector;
    private int handedOver;
    private boolean sendingWhole;

    Sender(Libc libc, Errno errno, LinuxUdp socket, Arena arena) {
        this.libc = libc;
        this.errno = errno;
        this.socket = socket;
        fd = socket.fd();
        family = socket.family();
        counters = socket.counters();
        plan = new GsoPlan(MESSAGES, socket.segmentation(), rejections);
        vector = new MessageVector(arena, MESSAGES, ControlMessage.SEGMENT_SPACE);
        for (int i = 0; i < MESSAGES; i++) {
            vector.nameBytes(i, SocketAddress.bytes(family));
            ControlMessage.writeSegment(vector.memory(), vector.control(i));
        }
    }

    int send(DatagramBatch from) {
        if (from.isEmpty()) {
            return 0;
        }
        if (!rejections.isEmpty()) {
            rejections.expire(System.nanoTime());
        }
        handedOver = 0;
        plan.begin();
        while (plan.fill(from) > 0) {
            encode(from);
            flush(from);
        }
        return handedOver;
    }

    /** As {@link #send}; datagrams that are too large are not reported, as whoever asks is told. */
    int sendWhole(DatagramBatch from) {
        sendingWhole = true;
        socket.whole().begin();
        try {
            return send(from);
        } finally {
            socket.whole().end();
            sendingWhole = false;
        }
    }

    private void encode(DatagramBatch from) {
        MemorySegment memory = vector.memory();
        long slab = from.slab().address();
        for (int i = 0; i < plan.count(); i++) {
            int entry = plan.entry(i);
            long hi = from.addressHi(entry);
            long lo = from.addressLo(entry);
            // An IPv6 destination on an IPv4 socket is left for the kernel to refuse.
            int form = Ip.isIpv4(hi, lo) ? family : SocketAddress.INET6;
            SocketAddress.write(memory, vector.name(i), form, hi, lo, from.port(entry));
            vector.payload(i, slab + plan.offset(i), plan.length(i));
            int segment = plan.segmentSize(i);
            vector.controlBytes(i, segment == 0 ? 0 : ControlMessage.SEGMENT_SPACE);
            if (segment != 0) {
                ControlMessage.segment(memory, vector.control(i), segment);
            }
        }
    }

    private void flush(DatagramBatch from) {
        int done = 0;
        while (done < plan.count()) {
            int sent = libc.sendmmsg(errno, fd, vector.address(done), plan.count() - done, FLAGS);
            for (int i = 0; i < sent; i++) {
                handedOver += plan.completed(done + i);
            }
            if (sent > 0) {
                done += sent;
            } else if (isGsoRejected(done)) {
                rejectGso(from, plan.entry(done));
                plan.rewind(done);
                return;
            } else if (errno.value() != Errno.EINTR) {
                countFailure(from, plan.entry(done));
                done++;
            }
        }
    }

    private void rejectGso(DatagramBatch from, int entry) {
        int code = errno.value();
        long hi = from.addressHi(entry);
        long lo = from.addressLo(entry);
        rejections.add(hi, lo, System.nanoTime());
        counters.gsoRejected.increment();
        socket.gsoRejected(new Ip(hi, lo), libc.describe(code));
    }

    private boolean isGsoRejected(int message) {
        int code = errno.value();
        return plan.segmentSize(message) != 0
                && (code == Errno.EIO || code == Errno.EINVAL || code == Errno.EMSGSIZE);
    }

    private void countFailure(DatagramBatch from, int entry) {
        int code = errno.value();
        if (code == Errno.EBADF || code == Errno.ENOTSOCK || code == Errno.EFAULT) {
            throw libc.failure("sendmmsg", code);
        }
        if (sendingWhole && code == Errno.EMSGSIZE) {
            return;
        }
        if (code == Errno.EAGAIN || code == Errno.ENOBUFS) {
            counters.sendQueueFull.increment();
        } else {
            counters.sendRejected.increment();
            socket.sendFailed(code, from.addressHi(entry), from.addressLo(entry));
        }
    }
}
