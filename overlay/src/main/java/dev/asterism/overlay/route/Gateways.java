package dev.asterism.overlay.route;

import dev.asterism.overlay.config.OverlayConfig.Gateway;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.packet.FlowKey;
import java.util.List;

/**
 * The gateways of a route and which of them a flow takes: the share of flows follows the weights, and a flow always
 * takes the same one. Hash and bounds are those of every Nebula node (spec behaviour.md 5.1). Immutable; selecting
 * allocates nothing.
 */
public final class Gateways {

    private static final long HASH_SPACE = 1L << 31;

    private final List<Gateway> gateways;
    private final Ip[] addresses;
    private final int[] upperBounds;

    /**
     * @param gateways at least one, weights at least 1
     */
    public Gateways(List<Gateway> gateways) {
        if (gateways.isEmpty()) {
            throw new IllegalArgumentException("a route without gateways");
        }
        this.gateways = List.copyOf(gateways);
        addresses = gateways.stream().map(Gateway::gateway).toArray(Ip[]::new);
        upperBounds = upperBounds(this.gateways);
    }

    private static int[] upperBounds(List<Gateway> gateways) {
        long total = gateways.stream().mapToLong(Gateway::weight).sum();
        int[] bounds = new int[gateways.size()];
        long cumulative = 0;
        for (int i = 0; i < bounds.length; i++) {
            cumulative += gateways.get(i).weight();
            bounds[i] = (int) (Math.round((double) cumulative * HASH_SPACE / total) - 1);
        }
        return bounds;
    }

    public int count() {
        return addresses.length;
    }

    /** Overlay address of the gateway at this index. */
    public Ip gateway(int index) {
        return addresses[index];
    }

    /** Index of the gateway that the flow takes while it is up; others are tried from 0 on. */
    public int select(FlowKey flow) {
        return upperBounds.length == 1 ? 0 : select(flow.localPort, flow.remotePort);
    }

    int select(int localPort, int remotePort) {
        int hash = hash(localPort << 16 | remotePort);
        int index = 0;
        while (index < upperBounds.length - 1 && hash > upperBounds[index]) {
            index++;
        }
        return index;
    }

    /** 31 bits, never negative. */
    static int hash(int ports) {
        int x = ports;
        x ^= x >>> 16;
        x *= 0x21F0AAAD;
        x ^= x >>> 15;
        x *= 0xD35A2D97;
        x ^= x >>> 15;
        return x & 0x7FFF_FFFF;
    }

    int upperBound(int index) {
        return upperBounds[index];
    }

    @Override
    public String toString() {
        return gateways.toString();
    }
}
