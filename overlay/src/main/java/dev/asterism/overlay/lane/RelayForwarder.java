package dev.asterism.overlay.lane;

import dev.asterism.overlay.aead.AeadContext;
import dev.asterism.overlay.io.DatagramBatch;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.packet.PacketOutcome;
import dev.asterism.overlay.path.RelayLeg;
import dev.asterism.overlay.wire.Header;

/**
 * Sends on what a relay has received. The datagrams of a long entry stay where they are: header and tag are
 * written anew around what they carry, and the socket sends them from there, again as a GSO batch. Those of short
 * entries are copied to stand together, as each entry would be a message of its own for the kernel, which costs more
 * than the copy. Nothing overtakes what came before it. Belongs to one lane; allocates nothing.
 */
final class RelayForwarder {

    /** The datagrams of an entry of so many bytes or more stay where they are. */
    static final int IN_PLACE_BYTES = 16 * 1024;

    private static final int DATAGRAMS = 256;

    private final AeadContext cipher;
    private final PacketSender sender;
    private final DatagramBatch received;

    /** In the memory of {@link #received}, so it must be sent before the next receive. */
    private final DatagramBatch inPlace;

    /**
     * @param sender the lane's; copies, and knows the socket
     * @param received into which the lane receives
     */
    RelayForwarder(AeadContext cipher, PacketSender sender, DatagramBatch received) {
        this.cipher = cipher;
        this.sender = sender;
        this.received = received;
        this.inPlace = new DatagramBatch(received.slab(), DATAGRAMS);
    }

    /** Sends on, by that leg, what an authentic relay packet carries. */
    PacketOutcome forward(Datagram datagram, RelayLeg leg) {
        if (datagram.bytesOfEntry() < IN_PLACE_BYTES || !datagram.isIn(received)) {
            flush();
            return sender.relay(
                    leg,
                    datagram.slab(),
                    datagram.at() + Header.LENGTH,
                    datagram.length() - InboundLane.MIN_SEALED_BYTES);
        }
        UnderlayAddr next = leg.isUsable() ? leg.remote() : null;
        if (next == null) {
            return PacketOutcome.NO_REMOTE;
        }
        int carried = datagram.length() - InboundLane.MIN_SEALED_BYTES;
        if (!RelayFrame.write(cipher, leg, datagram.slab(), datagram.at(), carried)) {
            return PacketOutcome.COUNTER_EXHAUSTED;
        }
        leg.countOut(carried);
        append(datagram, next);
        return PacketOutcome.SENT;
    }

    private void append(Datagram datagram, UnderlayAddr next) {
        if (inPlace.isEmpty()) {
            sender.flush();
        } else if (inPlace.count() == DATAGRAMS) {
            flush();
        }
        int entry = inPlace.count();
        inPlace.set(
                entry,
                datagram.at(),
                datagram.length(),
                0,
                next.ip().hi(),
                next.ip().lo(),
                next.port());
        inPlace.count(entry + 1);
    }

    /** Before the memory is received into again. */
    void flush() {
        if (!inPlace.isEmpty()) {
            sender.send(inPlace);
            inPlace.clear();
        }
    }
}
