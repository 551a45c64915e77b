package dev.asterism.overlay.packet;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cuts super-packets the long way, as a kernel would: the oracle for cutting and merging. */
public final class ReferenceSegmenter {

    private ReferenceSegmenter() {}

    public static List<byte[]> cut(byte[] whole, int segmentSize) {
        boolean ipv4 = whole[0] >>> 4 == 4;
        int ip = ipv4 ? (whole[0] & 0xF) * 4 : 40;
        int protocol = whole[ipv4 ? 9 : 6];
        int header = ip + (protocol == 6 ? (whole[ip + 12] >>> 4 & 0xF) * 4 : 8);
        List<byte[]> segments = new ArrayList<>();
        for (int from = header; from < whole.length || segments.isEmpty(); from += segmentSize) {
            int to = Math.min(whole.length, from + segmentSize);
            byte[] segment =
                    TestPackets.concat(
                            Arrays.copyOf(whole, header), Arrays.copyOfRange(whole, from, to));
            boolean last = to == whole.length;
            ByteBuffer out = ByteBuffer.wrap(segment);
            if (ipv4) {
                out.putShort(2, (short) segment.length);
                out.putShort(4, (short) (out.getShort(4) + segments.size()));
            } else {
                out.putShort(4, (short) (segment.length - 40));
            }
            if (protocol == 6) {
                out.putInt(ip + 4, out.getInt(ip + 4) + from - header);
                int flags = segment[ip + 13] & (last ? 0xFF : ~(TestPackets.FIN | TestPackets.PSH));
                flags = segments.isEmpty() ? flags : flags & ~TestPackets.CWR;
                out.put(ip + 13, (byte) flags);
            } else {
                out.putShort(ip + 4, (short) (segment.length - ip));
            }
            sum(segment, ip, protocol);
            segments.add(segment);
        }
        return segments;
    }

    /** Fills in both checksums. */
    public static void sum(byte[] packet, int ip, int protocol) {
        ByteBuffer out = ByteBuffer.wrap(packet);
        if (packet[0] >>> 4 == 4) {
            out.putShort(10, (short) 0);
            out.putShort(10, (short) ~TestPackets.naiveSum(packet, 0, ip, 0));
        }
        int field = ip + (protocol == 6 ? 16 : 6);
        out.putShort(field, (short) 0);
        int checksum = ~TestPackets.transportSum(packet, ip, protocol) & 0xFFFF;
        out.putShort(field, (short) (checksum == 0 && protocol == 17 ? 0xFFFF : checksum));
    }
}
