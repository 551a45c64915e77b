package dev.asterism.tun.device;

/**
 * How the device is made.
 *
 * @param name at most 15 bytes; empty lets the kernel choose
 * @param mtu of routes to the overlay networks, bytes
 * @param deviceMtu the largest MTU of any route, bytes
 * @param transmitQueue packets that may wait for the reader
 * @param queues at least 1; more than one spreads flows over as many descriptors
 * @param offload ask for super-packets and partial checksums in both directions
 */
public record TunOptions(
        String name, int mtu, int deviceMtu, int transmitQueue, int queues, boolean offload) {

    private static final int DEFAULT_TRANSMIT_QUEUE = 500;

    /** One queue, no offload, the kernel's queue length. */
    public static TunOptions named(String name, int mtu) {
        return new TunOptions(name, mtu, mtu, DEFAULT_TRANSMIT_QUEUE, 1, false);
    }

    TunOptions withName(String other) {
        return new TunOptions(other, mtu, deviceMtu, transmitQueue, queues, offload);
    }

    public TunOptions withDeviceMtu(int bytes) {
        return new TunOptions(name, mtu, bytes, transmitQueue, queues, offload);
    }

    public TunOptions withTransmitQueue(int packets) {
        return new TunOptions(name, mtu, deviceMtu, packets, queues, offload);
    }

    public TunOptions withQueues(int count) {
        return new TunOptions(name, mtu, deviceMtu, transmitQueue, count, offload);
    }

    public TunOptions withOffload() {
        return new TunOptions(name, mtu, deviceMtu, transmitQueue, queues, true);
    }
}
