package dev.asterism.overlay.packet;

/** Where things stand in TCP and UDP headers, in bytes from their begin (RFC 9293, RFC 768). */
final class UpperLayout {

    static final int TCP_HEADER_BYTES = 20;
    static final int TCP_DATA_OFFSET = 12;
    static final int TCP_FLAGS = 13;
    static final int TCP_CHECKSUM = 16;

    static final int UDP_HEADER_BYTES = 8;
    static final int UDP_LENGTH = 4;
    static final int UDP_CHECKSUM = 6;

    /** Bits of the flags' byte. */
    static final int PSH = 0x08;

    static final int ACK = 0x10;

    private UpperLayout() {}
}
