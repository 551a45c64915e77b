package dev.asterism.l7.transport;

import dev.asterism.l7.io.LoopCounts.Refusal;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How many accepted connections of one loop are open, and of which peers. Belongs to the loop's thread. */
final class AcceptedConns {

    /** Ten thousand idle clients and some more, where the process may open as many files. */
    static final int MOST = 12_288;

    /** Of the heap, for what connections cost beside their buffers. */
    private static final int SHARE_OF_HEAP = 8;

    private static final int BYTES_EACH = 1 << 10;

    /** One peer alone has an eighth at most, so that it cannot keep the others out. */
    static final int PEERS_PART = 8;

    private final int most;
    private final Map<InetAddress, Integer> byPeer = new HashMap<>();
    private int open;

    /**
     * How many a loop may have.
     *
     * @param sockets that the process may open
     * @param loops that share them and the heap
     */
    static int most(int sockets, int loops, long heapBytes) {
        long byHeap = heapBytes / SHARE_OF_HEAP / BYTES_EACH;
        return (int) Math.min(MOST, Math.min(sockets, byHeap) / loops);
    }

    /**
     * @param most of this loop
     */
    AcceptedConns(int most) {
        this.most = most;
    }

    /**
     * Counts one more, until it {@link #left}; else says why there are too many, and it is not counted.
     *
     * @param peer null: it is not limited by itself
     */
    @Nullable Refusal enters(@Nullable InetAddress peer) {
        if (open >= most) {
            return Refusal.CLIENTS;
        }
        if (peer != null) {
            int ofPeer = byPeer.getOrDefault(peer, 0);
            if (ofPeer >= Math.max(1, most / PEERS_PART)) {
                return Refusal.PEER;
            }
            byPeer.put(peer, ofPeer + 1);
        }
        open++;
        return null;
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
