package dev.asterism.overlay.discovery;

import dev.asterism.overlay.io.Tick;

/** Owns one message type inside sessions; called by the control plane only. */
@FunctionalInterface
public interface MessageHandler {

    /** Must take any payload without throwing. */
    void handle(PeerMessage message, Tick now);
}
