package dev.asterism.overlay.packet;

/** Byte offsets within TCP and UDP headers (RFC 9293, RFC 768). */
public final class TransportHeader {

    public static final int TCP_HEADER_BYTES = 20;
    public static final int TCP_DATA_OFFSET = 12;
    public static final int TCP_FLAGS = 13;
    public static final int TCP_CHECKSUM = 16;

    public static final int UDP_HEADER_BYTES = 8;
    public static final int UDP_LENGTH = 4;
    public static final int UDP_CHECKSUM = 6;

    /** Bits of the flags' byte. */
    public static final int PSH = 0x08;

    public static final int ACK = 0x10;

    private TransportHeader() {}
}
