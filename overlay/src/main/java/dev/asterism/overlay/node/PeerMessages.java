package dev.asterism.overlay.node;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.lane.ControlCommand;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.wire.MessageType;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What peers send inside their sessions besides IP packets. Each type of message has one owner; what has none is
 * ignored. Control plane only.
 */
final class PeerMessages {

    private final Map<MessageType, Owner> owners = new EnumMap<>(MessageType.class);
    private final MessageTally tally;
    private @Nullable Path by;

    /** Takes all messages of its type. */
    @FunctionalInterface
    interface Owner {

        /**
         * Must take any payload without throwing.
         *
         * @param tunnel by which it came; still in the table
         * @param payload plaintext
         */
        void handle(Tunnel tunnel, int subtype, Bytes payload, Tick now);
    }

    PeerMessages(MessageTally tally) {
        this.tally = tally;
    }

    /**
     * @throws IllegalStateException when the type has an owner
     */
    void give(MessageType type, Owner owner) {
        if (owners.putIfAbsent(type, owner) != null) {
            throw new IllegalStateException(type + " has an owner");
        }
    }

    /** How the message came that is being handled; null while there is none. */
    @Nullable Path by() {
        return by;
    }

    void handle(ControlCommand.PeerSent sent, Tick now) {
        tally.countReceived(CountedMessage.of(sent.type(), sent.subtype()));
        Owner owner = owners.get(sent.type());
        if (owner != null && !sent.tunnel().isRemoved()) {
            by = sent.by();
            owner.handle(sent.tunnel(), sent.subtype(), sent.payload(), now);
            by = null;
        }
    }
}
