package dev.asterism.sim;

import dev.asterism.overlay.net.Ip;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collection;

/** Datagrams as a capture file: nanosecond pcap, link type 101 (raw IP), big-endian. */
final class Pcap {

    private static final int MAGIC_NANOS = 0xA1B23C4D;
    private static final int LINK_TYPE_RAW = 101;
    private static final int SNAP_LENGTH = 1 << 18;

    private Pcap() {}

    static byte[] of(Collection<SimDatagram> datagrams, SimClock clock) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer header = ByteBuffer.allocate(24);
        header.putInt(MAGIC_NANOS).putShort((short) 2).putShort((short) 4);
        header.putLong(0).putInt(SNAP_LENGTH).putInt(LINK_TYPE_RAW);
        out.writeBytes(header.array());
        for (SimDatagram datagram : datagrams) {
            byte[] packet = asPacket(datagram);
            Instant at = SimClock.EPOCH.plusNanos(clock.sinceStart(datagram.sentNanos()));
            ByteBuffer record = ByteBuffer.allocate(16 + packet.length);
            record.putInt((int) at.getEpochSecond()).putInt(at.getNano());
            record.putInt(packet.length).putInt(packet.length).put(packet);
            out.writeBytes(record.array());
        }
        return out.toByteArray();
    }

    private static byte[] asPacket(SimDatagram datagram) {
        Ip to = datagram.to().ip();
        Ip from = datagram.from().ip();
        Ip source = from.isIpv4() == to.isIpv4() ? from : unspecifiedLike(to);
        Flow flow = new Flow(source, datagram.from().port(), to, datagram.to().port());
        return IpPackets.udp(flow, datagram.content().toArray()).toArray();
    }

    private static Ip unspecifiedLike(Ip other) {
        return other.isIpv4() ? Ip.ofIpv4(0) : new Ip(0, 0);
    }
}
