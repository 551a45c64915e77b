package dev.asterism.overlay.packet;

import static dev.asterism.overlay.packet.BigEndian.put16;
import static dev.asterism.overlay.packet.BigEndian.u16;

import java.lang.foreign.MemorySegment;

/**
 * Gives a TCP packet another port where it lies, and puts its checksum right by what has changed (RFC 1624): a wrong
 * checksum stays as wrong as it was. Of a super-packet it is the one header that counts. Allocates nothing; safe on
 * any thread.
 */
public final class PortRewrite {

    private static final int SOURCE = 0;
    private static final int DESTINATION = 2;

    private PortRewrite() {}

    /**
     * Another source port. False, and nothing is written, when the packet does not hold the TCP header as far as
     * the checksum: such a piece of a header is no one's honest packet.
     *
     * @param partial whether the checksum field holds the pseudo header's sum only, which no port is part of
     */
    public static boolean source(
            MemorySegment packet, long at, int length, int port, boolean partial) {
        return rewrite(packet, at, length, SOURCE, port, partial);
    }

    /** As {@link #source}, for the destination port. */
    public static boolean destination(
            MemorySegment packet, long at, int length, int port, boolean partial) {
        return rewrite(packet, at, length, DESTINATION, port, partial);
    }

    private static boolean rewrite(
            MemorySegment packet, long at, int length, int portAt, int port, boolean partial) {
        int offset = IpPacket.transportOffset(packet, at, length);
        if (offset < 0 || length - offset < TransportHeader.TCP_CHECKSUM + 2) {
            return false;
        }
        long tcp = at + offset;
        int before = u16(packet, tcp + portAt);
        put16(packet, tcp + portAt, port);
        if (!partial) {
            int checksum = u16(packet, tcp + TransportHeader.TCP_CHECKSUM);
            put16(
                    packet,
                    tcp + TransportHeader.TCP_CHECKSUM,
                    Checksum.update(checksum, before, port));
        }
        return true;
    }
}
