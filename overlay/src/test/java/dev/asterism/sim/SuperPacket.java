package dev.asterism.sim;

import dev.asterism.overlay.io.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cuts TCP and UDP super-packets into the packets that they stand for, as the kernel's GSO does. */
final class SuperPacket {

    private static final int FIN_AND_PSH = IpPackets.TCP_FIN | IpPackets.TCP_PSH;

    private SuperPacket() {}

    /**
     * @param segmentSize payload bytes of each piece but the last; 0 when it is one packet
     * @param checksumPartial whether the transport checksum is still to be made
     */
    static List<Bytes> split(Bytes packet, int segmentSize, boolean checksumPartial) {
        byte[] whole = packet.toArray();
        if (segmentSize == 0) {
            return List.of(checksumPartial ? withChecksums(whole) : packet);
        }
        int headers = IpLayout.transportAt(whole) + IpLayout.transportLength(whole);
        List<Bytes> pieces = new ArrayList<>();
        for (int at = headers; at < whole.length; at += segmentSize) {
            int length = Math.min(segmentSize, whole.length - at);
            byte[] piece = Arrays.copyOf(whole, headers + length);
            System.arraycopy(whole, at, piece, headers, length);
            boolean last = at + length == whole.length;
            adjustHeaders(piece, pieces.size(), at - headers, last);
            pieces.add(withChecksums(piece));
        }
        return pieces;
    }

    private static void adjustHeaders(byte[] piece, int number, int payloadBefore, boolean last) {
        ByteBuffer buffer = ByteBuffer.wrap(piece);
        IpLayout.setLengths(piece);
        if (IpLayout.isIpv4(piece)) {
            buffer.putShort(4, (short) (buffer.getShort(4) + number));
        }
        if (IpLayout.protocol(piece) == IpLayout.TCP) {
            int at = IpLayout.transportAt(piece);
            buffer.putInt(at + 4, buffer.getInt(at + 4) + payloadBefore);
            if (!last) {
                piece[at + 13] &= ~FIN_AND_PSH;
            }
        }
    }

    private static Bytes withChecksums(byte[] packet) {
        InternetChecksum.fill(packet);
        return Bytes.owning(packet);
    }
}
