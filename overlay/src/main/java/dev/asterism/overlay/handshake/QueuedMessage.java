package dev.asterism.overlay.handshake;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.wire.MessageType;

/** Something to send once there is a tunnel: an IP packet or a message of the control plane. */
public record QueuedMessage(MessageType type, int subtype, Bytes payload) {

    public static QueuedMessage packet(Bytes packet) {
        return new QueuedMessage(MessageType.MESSAGE, MessageType.MESSAGE_NONE, packet);
    }
}
