package dev.asterism.overlay.handshake;

import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.tunnel.Tunnel;
import java.util.List;

/** What became of a message 2. */
public sealed interface Message2Outcome {

    /**
     * @param waiting to be sent through the tunnel, in order
     */
    record Completed(Tunnel tunnel, List<QueuedMessage> waiting, long durationNanos)
            implements Message2Outcome {}

    /**
     * Another member answered: its tunnel is to be closed, and the search for the intended one goes on.
     */
    record WrongHost(Tunnel answered, Ip intended, List<QueuedMessage> waiting)
            implements Message2Outcome {}

    /** The pending handshake stands as it was. */
    record Ignored() implements Message2Outcome {}
}
