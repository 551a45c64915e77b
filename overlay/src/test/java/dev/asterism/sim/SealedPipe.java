package dev.asterism.sim;

import dev.asterism.overlay.io.DatagramBatch;
import dev.asterism.overlay.io.DutyCycle;
import dev.asterism.overlay.io.PacketBatch;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.io.TunPort;
import dev.asterism.overlay.io.UdpPort;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.wire.Header;
import dev.asterism.overlay.wire.MessageType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * A toy VPN between two hosts, to test the simulator's checks with: every byte is inverted, and each of the
 * mistakes that the checks are for can be switched on.
 */
final class SealedPipe implements SimNode, DutyCycle {

    enum Mistake {
        NONE,
        SENDS_PLAINTEXT,
        REUSES_COUNTERS,
        DELIVERS_TWICE,
        DELIVERS_ALTERED
    }

    private static final int INDEX = 0x01020304;

    private final UdpPort udp;
    private final TunPort tun;
    private final UnderlayAddr peer;
    private final Mistake mistake;
    private final DatagramBatch datagrams;
    private final PacketBatch packets;
    private long counter;

    private SealedPipe(SimEnvironment environment, UnderlayAddr peer, Mistake mistake) {
        udp = environment.openUdp(SimHost.NODE_PORT);
        tun = environment.openTun();
        this.peer = peer;
        this.mistake = mistake;
        datagrams = udp.newBatch(64, 1 << 18);
        packets = tun.newBatch(64, 1 << 18);
    }

    static SimNodeFactory to(SimHost peer, Mistake mistake) {
        return environment -> new SealedPipe(environment, peer.endpoint(), mistake);
    }

    @Override
    public int doWork(Tick now) {
        return outwards() + inwards();
    }

    private int outwards() {
        int work = tun.read(packets);
        datagrams.clear();
        for (int i = 0; i < packets.count(); i++) {
            int length = packets.length(i);
            int at = datagrams.reserve(Header.LENGTH + length);
            long number = mistake == Mistake.REUSES_COUNTERS ? 1 : ++counter;
            Header.write(datagrams.slab(), at, MessageType.MESSAGE, 0, INDEX, number);
            int mask = mistake == Mistake.SENDS_PLAINTEXT ? 0 : 0xFF;
            copy(packets.slab(), packets.offset(i), datagrams.slab(), at + 16, length, mask);
            datagrams.append(
                    Header.LENGTH + length, 0, peer.ip().hi(), peer.ip().lo(), peer.port());
        }
        udp.send(datagrams);
        return work;
    }

    private int inwards() {
        int work = udp.receive(datagrams);
        packets.clear();
        for (int i = 0; i < datagrams.count(); i++) {
            deliver(i);
            if (mistake == Mistake.DELIVERS_TWICE) {
                deliver(i);
            }
        }
        tun.write(packets);
        return work;
    }

    private void deliver(int entry) {
        int length = datagrams.length(entry) - Header.LENGTH;
        int at = packets.reserve(length);
        int mask = mistake == Mistake.SENDS_PLAINTEXT ? 0 : 0xFF;
        copy(datagrams.slab(), datagrams.offset(entry) + 16, packets.slab(), at, length, mask);
        if (mistake == Mistake.DELIVERS_ALTERED) {
            packets.slab().set(ValueLayout.JAVA_BYTE, at + length - 1L, (byte) 0);
        }
        packets.append(at, length, 0, false);
    }

    private static void copy(
            MemorySegment from, int fromAt, MemorySegment to, int toAt, int length, int mask) {
        for (int i = 0; i < length; i++) {
            byte one = from.get(ValueLayout.JAVA_BYTE, fromAt + (long) i);
            to.set(ValueLayout.JAVA_BYTE, toAt + (long) i, (byte) (one ^ mask));
        }
    }

    @Override
    public long nextDeadlineNanos() {
        return Long.MAX_VALUE;
    }

    @Override
    public String role() {
        return "pipe";
    }

    @Override
    public List<DutyCycle> cycles() {
        return List.of(this);
    }

    @Override
    public void stop() {}
}
