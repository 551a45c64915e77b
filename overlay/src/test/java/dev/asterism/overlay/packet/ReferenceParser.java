package dev.asterism.overlay.packet;

import dev.asterism.overlay.net.Ip;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A second reading of spec behaviour.md 4.1, made to be obvious; the oracle of the differential test. */
final class ReferenceParser {

    private ReferenceParser() {}

    /** The flow of an incoming packet, or null when it is malformed. */
    static @Nullable FlowKey incoming(byte[] packet) {
        try {
            ByteBuffer in = ByteBuffer.wrap(packet);
            return switch (in.get(0) >>> 4 & 0xF) {
                case 4 -> ipv4(in);
                case 6 -> ipv6(in);
                default -> null;
            };
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            return null;
        }
    }

    private static @Nullable FlowKey ipv4(ByteBuffer in) {
        byte[] header = new byte[20];
        in.get(header);
        int words = header[0] & 0xF;
        if (words < 5) {
            return null;
        }
        in.get(new byte[(words - 5) * 4]);
        FlowKey flow = flow(Arrays.copyOfRange(header, 16, 20), Arrays.copyOfRange(header, 12, 16));
        flow.protocol = header[9] & 0xFF;
        flow.fragment = (((header[6] & 0x1F) << 8) | (header[7] & 0xFF)) != 0;
        if (flow.fragment) {
            return flow;
        }
        if (flow.protocol == 1) {
            in.getInt();
            flow.remotePort = in.getShort() & 0xFFFF;
            return flow;
        }
        flow.remotePort = in.getShort() & 0xFFFF;
        flow.localPort = in.getShort() & 0xFFFF;
        return flow;
    }

    /** ::ffff:0:0/96. */
    private static boolean isMapped(byte[] address) {
        byte[] prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};
        return Arrays.equals(prefix, Arrays.copyOf(address, prefix.length));
    }

    private static @Nullable FlowKey ipv6(ByteBuffer in) {
        byte[] header = new byte[40];
        in.get(header);
        byte[] source = Arrays.copyOfRange(header, 8, 24);
        byte[] destination = Arrays.copyOfRange(header, 24, 40);
        if (isMapped(source) || isMapped(destination)) {
            return null;
        }
        FlowKey flow = flow(destination, source);
        int next = header[6] & 0xFF;
        for (int step = 1; step <= 8; step++) {
            flow.protocol = next;
            switch (next) {
                case 0, 43, 60, 44, 51 -> {
                    int kind = next;
                    next = in.get() & 0xFF;
                    int second = in.get() & 0xFF;
                    if (kind == 44) {
                        int offset = in.getShort() & 0xFFF8;
                        in.getInt();
                        if (offset != 0) {
                            flow.protocol = next;
                            flow.fragment = true;
                            // The eighth extension header is one too many, whatever it says.
                            return step == 8 ? null : flow;
                        }
                    } else {
                        in.get(new byte[kind == 51 ? (second + 2) * 4 - 2 : (second + 1) * 8 - 2]);
                    }
                }
                case 6, 17 -> {
                    flow.remotePort = in.getShort() & 0xFFFF;
                    flow.localPort = in.getShort() & 0xFFFF;
                    return flow;
                }
                case 58 -> {
                    int type = in.getInt() >>> 24;
                    if (type == 128 || type == 129) {
                        flow.remotePort = in.getShort() & 0xFFFF;
                    }
                    return flow;
                }
                default -> {
                    return flow;
                }
            }
        }
        return null;
    }

    private static FlowKey flow(byte[] local, byte[] remote) {
        FlowKey flow = new FlowKey();
        Ip localIp = Ip.ofBytes(local);
        Ip remoteIp = Ip.ofBytes(remote);
        flow.localHi = localIp.hi();
        flow.localLo = localIp.lo();
        flow.remoteHi = remoteIp.hi();
        flow.remoteLo = remoteIp.lo();
        return flow;
    }
}
