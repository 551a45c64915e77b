package dev.asterism.overlay.lane;

import dev.asterism.overlay.aead.AeadContext;
import dev.asterism.overlay.aead.AeadProvider;
import dev.asterism.overlay.packet.PacketOutcome;
import dev.asterism.overlay.relay.RelayEntry;
import dev.asterism.overlay.tunnel.Session;
import org.jspecify.annotations.Nullable;

/**
 * Relay packets, for which the session with the neighbour vouches (spec wire.md 8.6): checks them, takes out what is
 * for us, and sends on what is for others, sealed by nothing but a tag. Belongs to one lane; allocates nothing.
 */
final class RelayedDatagrams {

    private final CommandQueue commands;
    private final AeadContext cipher;
    private final RelayForwarder forwarder;

    /** Of neighbours; peers whose packets they bring have another one, as each adds up one tunnel at a time. */
    private final PeerObserver neighbours;

    RelayedDatagrams(CommandQueue commands, AeadContext cipher, RelayForwarder forwarder) {
        this.commands = commands;
        this.cipher = cipher;
        this.forwarder = forwarder;
        this.neighbours = new PeerObserver(commands);
    }

    /** Null when the datagram is now what the packet carried, and that is for us. */
    @Nullable PacketOutcome onRelayed(Datagram datagram, RelayEntry entry, long nowNanos) {
        if (datagram.length() < InboundLane.MIN_SEALED_BYTES) {
            return PacketOutcome.INVALID_LENGTH;
        }
        PacketOutcome unopened = verify(datagram, entry.tunnel().session());
        if (unopened != null) {
            return unopened;
        }
        neighbours.authenticated(entry.tunnel(), datagram, nowNanos);
        neighbours.usedIt();
        entry.packets().countIn(1, datagram.length() - InboundLane.MIN_SEALED_BYTES);
        return switch (entry.role()) {
            case TERMINAL -> {
                datagram.unwrap(entry);
                yield null;
            }
            case FORWARDING -> forward(datagram, entry.onward(), nowNanos);
        };
    }

    /** Null for an authentic packet; only its tag is sealed, and nothing comes out of it. */
    private @Nullable PacketOutcome verify(Datagram datagram, Session session) {
        long counter = datagram.counter();
        if (!session.window().check(counter)) {
            return PacketOutcome.RELAY_REPLAYED;
        }
        int vouchedFor = datagram.length() - AeadProvider.TAG_BYTES;
        if (!cipher.open(
                session.receiveKey(),
                counter,
                datagram.slab(),
                datagram.at(),
                vouchedFor,
                AeadProvider.TAG_BYTES,
                datagram.slab(),
                datagram.at() + vouchedFor)) {
            return PacketOutcome.FORGED;
        }
        return session.window().update(counter) ? null : PacketOutcome.RELAY_REPLAYED;
    }

    private PacketOutcome forward(Datagram datagram, @Nullable RelayEntry onward, long nowNanos) {
        if (onward == null) {
            return PacketOutcome.RELAY_NO_LEG;
        }
        PacketOutcome outcome = forwarder.forward(datagram, onward);
        if (onward.tunnel().traffic().looksSilent(nowNanos)) {
            commands.offer(new ControlCommand.PeerSilent(onward.tunnel()));
        }
        return switch (outcome) {
            case SENT -> PacketOutcome.FORWARDED;
            case NO_REMOTE -> PacketOutcome.RELAY_NO_LEG;
            default -> outcome;
        };
    }

    /** At the end of an entry. */
    void endEntry(long nowNanos) {
        neighbours.flush(nowNanos);
    }

    /** Sends what the forwarder still holds. */
    void flush() {
        forwarder.flush();
    }
}
