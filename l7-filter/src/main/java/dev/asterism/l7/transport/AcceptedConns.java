package dev.asterism.l7.transport;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How many accepted connections of one loop are open, and of which peers. Belongs to the loop's thread. */
final class AcceptedConns {

    /** With the upstream's side each is two descriptors; four loops stay below the usual limit of 65,536. */
    static final int MOST = 4096;

    /** An eighth, so that one peer alone cannot keep the others out. */
    static final int MOST_OF_A_PEER = 512;

    private final Map<InetAddress, Integer> byPeer = new HashMap<>();
    private int open;

    /**
     * Counts one more, until it {@link #left}; false: there are too many and it is not counted.
     *
     * @param peer null: it is not limited by itself
     */
    boolean enters(@Nullable InetAddress peer) {
        if (open >= MOST) {
            return false;
        }
        if (peer != null) {
            int ofPeer = byPeer.getOrDefault(peer, 0);
            if (ofPeer >= MOST_OF_A_PEER) {
                return false;
            }
            byPeer.put(peer, ofPeer + 1);
        }
        open++;
        return true;
    }

    void left(@Nullable InetAddress peer) {
        open--;
        if (peer != null) {
            byPeer.computeIfPresent(peer, (_, count) -> count > 1 ? count - 1 : null);
        }
    }

    boolean isEmpty() {
        return open == 0 && byPeer.isEmpty();
    }
}
