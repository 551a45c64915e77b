package dev.asterism.sim;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.DatagramBatch;
import dev.asterism.overlay.io.UdpPort;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A socket of a simulated host, with heap memory for slabs. */
public final class SimUdp implements UdpPort {

    /** Datagrams that wait in a socket, as net.core.rmem_default would allow. */
    static final int RECEIVE_LIMIT = 1024;

    private static final int MAX_GRO_BYTES = 65_000;

    private record Received(UnderlayAddr from, Bytes content) {}

    private final SimHost host;
    private final int port;
    private final Deque<Received> waiting = new ArrayDeque<>();
    private boolean closed;
    private int batches;

    SimUdp(SimHost host, int port) {
        this.host = host;
        this.port = port;
    }

    /** False when the buffer is full. */
    boolean offer(UnderlayAddr from, Bytes content) {
        return !closed
                && waiting.size() < RECEIVE_LIMIT
                && waiting.offer(new Received(from, content));
    }

    @Override
    public int receive(DatagramBatch into) {
        into.clear();
        Received next;
        while ((next = waiting.peek()) != null) {
            int at = into.reserve(next.content.length());
            if (at < 0 && into.isEmpty()) {
                throw new IllegalStateException(
                        "batch has no room for " + next.content.length() + " bytes");
            }
            if (at < 0) {
                break;
            }
            int length = takeGroBatch(into, at, next);
            int segment = length > next.content.length() ? next.content.length() : 0;
            Ip ip = next.from.ip();
            into.append(length, segment, ip.hi(), ip.lo(), next.from.port());
        }
        return into.count();
    }

    /** Takes the first datagram and, where the host merges receives, its equals behind it. */
    private int takeGroBatch(DatagramBatch into, int at, Received first) {
        int segment = first.content.length();
        int length = 0;
        Received next = first;
        do {
            next.content.copyTo(into.slab(), at + (long) length);
            length += next.content.length();
            waiting.remove();
            boolean full = next.content.length() < segment;
            next = full ? null : waiting.peek();
        } while (next != null && mergeable(next, first, at, length, into));
        return length;
    }

    private boolean mergeable(
            @Nullable Received next, Received first, int at, int length, DatagramBatch into) {
        int size = next == null ? 0 : next.content.length();
        return next != null
                && host.mergesReceives()
                && size > 0
                && size <= first.content.length()
                && next.from.equals(first.from)
                && length + size <= MAX_GRO_BYTES
                && at + (long) length + size <= into.slab().byteSize();
    }

    @Override
    public int send(DatagramBatch from) {
        if (closed) {
            throw new IllegalStateException("socket of " + host.name() + " is closed");
        }
        for (int i = 0; i < from.count(); i++) {
            int segment = from.segmentSize(i) == 0 ? from.length(i) : from.segmentSize(i);
            int sent = 0;
            do {
                int length = Math.min(segment, from.length(i) - sent);
                Bytes content = Bytes.copyOf(from.slab(), from.offset(i) + (long) sent, length);
                host.sendDatagram(port, from.address(i), content);
                sent += length;
            } while (sent < from.length(i));
        }
        return from.count();
    }

    @Override
    public DatagramBatch newBatch(int capacity, int slabBytes) {
        return new DatagramBatch(host.mesh().slab("udp" + batches++ + " ", slabBytes), capacity);
    }

    /** The unspecified address: the host may have several, and they may change. */
    @Override
    public UnderlayAddr local() {
        return new UnderlayAddr(Ip.ofIpv4(0), port);
    }

    @Override
    public void close() {
        closed = true;
        waiting.clear();
        host.closed(this);
    }
}
