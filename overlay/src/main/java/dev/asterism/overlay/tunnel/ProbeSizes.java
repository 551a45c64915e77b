package dev.asterism.overlay.tunnel;

import java.util.Arrays;

/**
 * Packet sizes worth asking a path for: those that common links leave over. Bytes of IP packets
 * inside a tunnel. Immutable.
 */
public final class ProbeSizes {

    /** Whole IP packets on the underlay, of links and tunnels in use; 1,280 is the least of IPv6. */
    private static final int[] UNDERLAY = {
        800, 1000, 1100, 1200, 1280, 1340, 1380, 1400, 1420, 1450, 1460, 1480, 1492, 1500, 4352,
        8937, 9000
    };

    private final int[] sizes;

    /**
     * @param overheadBytes what the tunnel and the underlay's headers add to a packet
     */
    public ProbeSizes(int overheadBytes) {
        sizes =
                Arrays.stream(UNDERLAY)
                        .map(underlay -> underlay - overheadBytes)
                        .filter(size -> size > PathLimit.FLOOR)
                        .toArray();
    }

    /** Sends one request of each size between both, without them. */
    void send(int above, int below, MtuSearch.Probes probes) {
        for (int size : sizes) {
            if (size > above && size < below) {
                probes.send(size);
            }
        }
    }

    /** The next larger size, or {@code most} when that is smaller. */
    int next(int size, int most) {
        for (int candidate : sizes) {
            if (candidate > size) {
                return Math.min(candidate, most);
            }
        }
        return most;
    }
}
