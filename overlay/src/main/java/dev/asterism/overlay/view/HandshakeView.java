package dev.asterism.overlay.view;

import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import java.time.Duration;
import java.util.List;

/**
 * A handshake of ours without an answer yet.
 *
 * @param target overlay address
 * @param attempts how often message 1 was due so far
 * @param maxAttempts the handshake ends after so many
 * @param candidates underlay addresses known now, best first
 * @param tried underlay addresses of the last attempt
 * @param waitingPackets packets that are sent once the tunnel is there
 */
public record HandshakeView(
        Ip target,
        int attempts,
        int maxAttempts,
        Duration age,
        List<UnderlayAddr> candidates,
        List<UnderlayAddr> tried,
        int waitingPackets) {

    /** Why there is no tunnel yet, for people. */
    public String reason() {
        if (candidates.isEmpty() && tried.isEmpty()) {
            return "no underlay address known";
        }
        if (attempts == 0) {
            return "about to send the first message";
        }
        return "no answer from " + tried.size() + (tried.size() == 1 ? " address" : " addresses");
    }
}
