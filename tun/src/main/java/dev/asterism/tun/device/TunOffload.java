package dev.asterism.tun.device;

/** How much of the kernel's segmentation a device has, from all to none. */
public enum TunOffload {
    /** TCP and UDP super-packets and partial checksums, both ways. */
    TCP_AND_UDP(0x67),
    /** The same without UDP: kernels before 6.2. */
    TCP(0x07),
    /** Partial checksums only; TCP super-packets may still be written. */
    CHECKSUMS(0x01),
    /** Reads are whole single packets, though each has the header; TCP super-packets may still be written. */
    HEADER_ONLY(0),
    /** No header: packets as they are. */
    NONE(0);

    private final int features;

    TunOffload(int features) {
        this.features = features;
    }

    /** TUN_F_ bits for TUNSETOFFLOAD. */
    int features() {
        return features;
    }

    /** Whether there is a virtio header in front of each packet. */
    public boolean hasHeader() {
        return this != NONE;
    }

    /** Whether UDP super-packets may be written. */
    public boolean takesUdp() {
        return this == TCP_AND_UDP;
    }
}
