package dev.asterism.tun.testing;

import dev.asterism.overlay.io.DatagramBatch;
import dev.asterism.overlay.io.UdpPort;
import dev.asterism.overlay.net.UnderlayAddr;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Fills batches and waits for datagrams. */
public final class Datagrams {

    private Datagrams() {}

    /** Appends a datagram whose every byte is {@code fill}. */
    public static void append(DatagramBatch batch, UnderlayAddr to, int lengthBytes, int fill) {
        int at = batch.reserve(lengthBytes);
        if (at < 0) {
            throw new IllegalStateException("batch full");
        }
        batch.slab().asSlice(at, lengthBytes).fill((byte) fill);
        batch.append(lengthBytes, 0, to.ip().hi(), to.ip().lo(), to.port());
    }

    /** What {@link #receive} saw: one datagram, cut out of its GRO batch. */
    public record Datagram(UnderlayAddr from, int lengthBytes, int firstByte, boolean coalesced) {}

    /** Receives until {@code expected} datagrams are there, at most 2 s. */
    public static List<Datagram> receive(UdpPort port, DatagramBatch into, int expected) {
        List<Datagram> all = new ArrayList<>();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
        while (all.size() < expected && System.nanoTime() < deadline) {
            port.receive(into);
            for (int i = 0; i < into.count(); i++) {
                cut(into, i, all);
            }
            Thread.onSpinWait();
        }
        return all;
    }

    private static void cut(DatagramBatch batch, int entry, List<Datagram> into) {
        int segment = batch.segmentSize(entry);
        int step = segment == 0 ? batch.length(entry) : segment;
        for (int at = 0; at < batch.length(entry); at += step) {
            int length = Math.min(step, batch.length(entry) - at);
            int first = batch.slab().get(ValueLayout.JAVA_BYTE, batch.offset(entry) + (long) at);
            into.add(new Datagram(batch.address(entry), length, first & 0xFF, segment != 0));
        }
    }
}
