package dev.asterism.overlay.discovery;

import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.net.Ip;
import java.util.List;

/**
 * An authenticated message of a peer, for a {@link MessageHandler}.
 *
 * @param addresses the sender's overlay addresses, primary first
 * @param certificateVersion of our certificate on the session it came by
 * @param payload plaintext
 */
public record PeerMessage(List<Ip> addresses, int certificateVersion, Bytes payload) {

    public Ip primary() {
        return addresses.getFirst();
    }
}
