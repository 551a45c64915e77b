package dev.asterism.overlay.lane;

import dev.asterism.overlay.io.PacketBatch;
import dev.asterism.overlay.packet.IpPacket;
import dev.asterism.overlay.packet.Ipv4Fragments;
import dev.asterism.overlay.packet.PacketOutcome;
import dev.asterism.overlay.packet.TooBigPacket;
import dev.asterism.overlay.packet.gso.GsoSegmenter;
import dev.asterism.overlay.tunnel.Tunnel;
import java.lang.foreign.MemorySegment;

/**
 * What becomes of packets that the path to a peer does not carry (docs/adr/0030-path-mtu.md): TCP is
 * cut smaller, so that it flows on at once; other IPv4 packets are fragmented where that is allowed,
 * and for the rest the host is told the MTU. Belongs to one outbound lane; allocates nothing.
 */
final class OversizePackets {

    private final PacketSender sender;
    private final GsoSegmenter segments;
    private final MemorySegment slab;
    private final PacketBatch replies;
    private final Ipv4Fragments fragments = new Ipv4Fragments();

    /**
     * @param segments the lane's own, with an entry begun whenever this is called
     * @param slab where entries lie
     * @param replies for the host
     */
    OversizePackets(
            PacketSender sender, GsoSegmenter segments, MemorySegment slab, PacketBatch replies) {
        this.sender = sender;
        this.segments = segments;
        this.slab = slab;
        this.replies = replies;
    }

    /** Whether all packets of the entry fit, after they were cut smaller if need be. */
    boolean fits(Tunnel tunnel) {
        int limit = tunnel.pathLimit().limit();
        return segments.largest() <= limit
                || segments.shrink(limit, tunnel.session().partialChecksums());
    }

    /** Sends an entry of which some packet does not fit. */
    PacketOutcome sendPieces(Tunnel tunnel) {
        int limit = tunnel.pathLimit().limit();
        PacketOutcome outcome = PacketOutcome.SENT;
        segments.finishChecksums(); // they are of whole packets, and the receiver sees pieces
        while (segments.next()) {
            int at = segments.at();
            int length = segments.length();
            if (length <= limit || isSmallestOfIpv6(at, length)) {
                sender.packet(tunnel, slab, at, length);
            } else if (fragments.start(slab, at, length, limit)) {
                sendFragments(tunnel);
            } else {
                if (outcome == PacketOutcome.SENT) {
                    answer(at, length, limit);
                }
                outcome = PacketOutcome.OVER_PATH_MTU;
            }
        }
        return outcome;
    }

    /** Nothing may hold these back; a path that is too small for them loses them. */
    private boolean isSmallestOfIpv6(int at, int length) {
        return length <= TooBigPacket.IPV6_MIN_MTU && IpPacket.version(slab, at) == 6;
    }

    private void sendFragments(Tunnel tunnel) {
        while (fragments.next()) {
            sender.packet(tunnel, slab, fragments.at(), fragments.length());
        }
    }

    private void answer(int at, int length, int mtu) {
        int to = replies.reserve(TooBigPacket.MAX_BYTES);
        if (to >= 0) {
            int written = TooBigPacket.write(slab, at, length, mtu, replies.slab(), to);
            if (written > 0) {
                replies.append(to, written, 0, false);
            }
        }
    }
}
