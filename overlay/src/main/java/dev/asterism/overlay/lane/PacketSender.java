package dev.asterism.overlay.lane;

import dev.asterism.overlay.aead.AeadContext;
import dev.asterism.overlay.aead.AeadProvider;
import dev.asterism.overlay.io.DatagramBatch;
import dev.asterism.overlay.io.UdpPort;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.packet.PacketOutcome;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.path.RelayLeg;
import dev.asterism.overlay.tunnel.Session;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.wire.Header;
import dev.asterism.overlay.wire.MessageType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thread's way out: seals into a batch and flushes it to the socket. Allocates nothing per packet of its
 * own; the cipher may.
 */
public final class PacketSender {

    private static final int OVERHEAD = Header.LENGTH + AeadProvider.TAG_BYTES;
    private static final MemorySegment NOTHING = MemorySegment.ofArray(new byte[0]);

    private final UdpPort port;
    private final AeadContext cipher;
    private final DatagramBatch batch;
    private final LaneCounters counters;

    public PacketSender(
            UdpPort port, AeadContext cipher, int entries, int slabBytes, LaneCounters counters) {
        this.port = port;
        this.cipher = cipher;
        this.batch = port.newBatch(entries, slabBytes);
        this.counters = counters;
    }

    /** Seals an IP packet and counts what became of it. */
    public void packet(Tunnel tunnel, MemorySegment in, long inAt, int length) {
        packet(tunnel, in, inAt, length, false);
    }

    /**
     * As above.
     *
     * @param partial whether its transport checksum is unfinished, which the session must allow
     */
    public void packet(Tunnel tunnel, MemorySegment in, long inAt, int length, boolean partial) {
        MessageType type = MessageType.MESSAGE;
        countPacket(
                seal(
                        tunnel,
                        tunnel.path(),
                        type,
                        MessageType.MESSAGE_NONE,
                        in,
                        inAt,
                        length,
                        partial),
                length);
    }

    private void countPacket(PacketOutcome outcome, int length) {
        counters.countOut(outcome);
        if (outcome == PacketOutcome.SENT) {
            counters.bytesOut(length);
        }
    }

    public void message(Tunnel tunnel, MessageType type, int subtype, byte[] payload) {
        messageTo(tunnel, tunnel.path(), type, subtype, payload);
    }

    public void messageTo(
            Tunnel tunnel, @Nullable Path to, MessageType type, int subtype, byte[] payload) {
        MemorySegment in = payload.length == 0 ? NOTHING : MemorySegment.ofArray(payload);
        PacketOutcome outcome = seal(tunnel, to, type, subtype, in, 0, payload.length, false);
        if (type == MessageType.MESSAGE) {
            countPacket(outcome, payload.length);
        } else {
            countMessage(outcome);
        }
    }

    /** The answer to a test request, which brings back what came with that. */
    void testReply(Tunnel tunnel, Path to, MemorySegment payload, int length) {
        counters.countTestAnswered();
        countMessage(
                seal(
                        tunnel,
                        to,
                        MessageType.TEST,
                        MessageType.TEST_REPLY,
                        payload,
                        0,
                        length,
                        false));
    }

    private void countMessage(PacketOutcome outcome) {
        counters.countOut(outcome == PacketOutcome.SENT ? PacketOutcome.CONTROL_MESSAGE : outcome);
    }

    /**
     * Sends a message in one piece, at once; false when the host's own network does not take that
     * size or there is nowhere to send it.
     */
    public boolean messageWhole(Tunnel tunnel, MessageType type, int subtype, byte[] payload) {
        flush();
        message(tunnel, type, subtype, payload);
        if (batch.isEmpty()) {
            return false;
        }
        int taken = port.sendWhole(batch);
        batch.clear();
        return taken > 0;
    }

    private PacketOutcome seal(
            Tunnel tunnel,
            @Nullable Path to,
            MessageType type,
            int subtype,
            MemorySegment in,
            long inAt,
            int length,
            boolean partial) {
        RelayLeg leg = null;
        UnderlayAddr next;
        if (to instanceof Path.Direct direct) {
            next = direct.to();
        } else {
            leg = usable(to);
            next = leg == null ? null : leg.remote();
        }
        if (next == null) {
            return PacketOutcome.NO_REMOTE;
        }
        int sealed = OVERHEAD + length;
        int at = reserve(leg == null ? sealed : OVERHEAD + sealed);
        if (at < 0) {
            return PacketOutcome.TOO_LARGE;
        }
        Session session = tunnel.session();
        long counter = session.nextCounter();
        if (counter == Session.EXHAUSTED) {
            return PacketOutcome.COUNTER_EXHAUSTED;
        }
        MemorySegment out = batch.slab();
        int inner = leg == null ? at : at + Header.LENGTH;
        Header.write(out, inner, type, subtype, session.remoteIndex(), counter);
        if (partial) {
            Header.markChecksumPartial(out, inner);
        }
        cipher.seal(session.sendKey(), counter, out, inner, Header.LENGTH, in, inAt, length);
        if (leg != null) {
            return wrapSealed(tunnel, leg, next, at, length);
        }
        batch.append(sealed, 0, next.ip().hi(), next.ip().lo(), next.port());
        tunnel.traffic().countOut(length);
        return PacketOutcome.SENT;
    }

    private static @Nullable RelayLeg usable(@Nullable Path path) {
        return path instanceof Path.Relayed(RelayLeg leg) && leg.isUsable() ? leg : null;
    }

    private PacketOutcome wrapSealed(
            Tunnel tunnel, RelayLeg leg, UnderlayAddr next, int at, int length) {
        PacketOutcome outcome = wrap(leg, next, at, OVERHEAD + length);
        if (outcome == PacketOutcome.SENT) {
            tunnel.traffic().countOut(length);
        }
        return outcome;
    }

    /** Makes a relay packet of the {@code length} bytes that stand a header's length behind {@code at}. */
    private PacketOutcome wrap(RelayLeg leg, UnderlayAddr next, int at, int length) {
        if (!RelayFrame.write(cipher, leg, batch.slab(), at, length)) {
            return PacketOutcome.COUNTER_EXHAUSTED;
        }
        batch.append(OVERHEAD + length, 0, next.ip().hi(), next.ip().lo(), next.port());
        leg.countOut(length);
        return PacketOutcome.SENT;
    }

    /** Sends bytes of another session, or of a handshake, on by a leg, as they are; the bytes are copied once. */
    PacketOutcome relay(RelayLeg leg, MemorySegment in, long inAt, int length) {
        UnderlayAddr next = leg.isUsable() ? leg.remote() : null;
        if (next == null) {
            return PacketOutcome.NO_REMOTE;
        }
        int at = reserve(OVERHEAD + length);
        if (at < 0) {
            return PacketOutcome.TOO_LARGE;
        }
        MemorySegment.copy(in, inAt, batch.slab(), at + Header.LENGTH, length);
        return wrap(leg, next, at, length);
    }

    /** A handshake message through a relay; false when it cannot go. */
    public boolean relay(RelayLeg leg, byte[] datagram) {
        return relay(leg, MemorySegment.ofArray(datagram), 0, datagram.length)
                == PacketOutcome.SENT;
    }

    /** A datagram outside of any session. */
    public void datagram(UnderlayAddr to, byte[] bytes) {
        int at = reserve(bytes.length);
        if (at >= 0) {
            MemorySegment.copy(bytes, 0, batch.slab(), ValueLayout.JAVA_BYTE, at, bytes.length);
            batch.append(bytes.length, 0, to.ip().hi(), to.ip().lo(), to.port());
        }
    }

    /**
     * The same outside of any session to several addresses, sent before this returns; how many of
     * them the network took.
     */
    public int datagramNow(List<UnderlayAddr> to, byte[] bytes) {
        flush();
        int taken = 0;
        for (UnderlayAddr address : to) {
            if (batch.reserve(bytes.length) < 0) {
                taken += flush();
            }
            datagram(address, bytes);
        }
        return taken + flush();
    }

    /** "I do not know this index", to where the packet came from (spec wire.md 7.1). */
    void recvError(int index, long hi, long lo, int toPort) {
        int at = reserve(Header.LENGTH);
        if (at >= 0) {
            Header.write(batch.slab(), at, MessageType.RECV_ERROR, 0, index, 0);
            batch.append(Header.LENGTH, 0, hi, lo, toPort);
        }
    }

    private int reserve(int total) {
        int at = batch.reserve(total);
        if (at < 0) {
            flush();
            at = batch.reserve(total);
        }
        return at;
    }

    /** Sends a batch that was sealed elsewhere, before what waits here. */
    void send(DatagramBatch sealed) {
        port.send(sealed);
    }

    /** Returns how many datagrams the network took. */
    public int flush() {
        if (batch.isEmpty()) {
            return 0;
        }
        int taken = port.send(batch);
        batch.clear();
        return taken;
    }
}
