package dev.asterism.overlay.lane;

import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.firewall.Verdict;
import dev.asterism.overlay.io.Bytes;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.packet.FlowKey;
import dev.asterism.overlay.path.Path;
import dev.asterism.overlay.tunnel.Tunnel;
import dev.asterism.overlay.wire.MessageType;
import java.util.function.Consumer;

/** Everything another thread may ask of the control plane. */
public sealed interface ControlCommand {

    /** Bytes that the command keeps alive while it waits; 0 for one of small, fixed size. */
    default int bytes() {
        return 0;
    }

    /** A packet has no tunnel yet; it waits in the handshake. */
    record StartHandshake(Ip overlay, Bytes packet) implements ControlCommand {
        @Override
        public int bytes() {
            return packet.length();
        }
    }

    /**
     * @param untrusted how many handshakes a lane has dropped since it passed the last one, because
     *     their certificates name no CA of ours
     */
    record HandshakeArrived(Path from, Bytes datagram, int untrusted) implements ControlCommand {
        @Override
        public int bytes() {
            return datagram.length();
        }
    }

    /**
     * @param by how it came
     */
    record PeerSent(Tunnel tunnel, MessageType type, int subtype, Bytes payload, Path by)
            implements ControlCommand {
        @Override
        public int bytes() {
            return payload.length();
        }
    }

    /** An authenticated packet came by another path than the one in use. */
    record PeerMoved(Tunnel tunnel, Path to) implements ControlCommand {}

    /**
     * The first authenticated packet on a tunnel made by message 1, and where it came from; message
     * 1 itself may have a forged source.
     */
    record Confirmed(Tunnel tunnel, Path from) implements ControlCommand {}

    /** Packets go to the peer and none comes back. */
    record PeerSilent(Tunnel tunnel) implements ControlCommand {}

    /**
     * A packet came or goes that may be larger than the path carries ({@link
     * dev.asterism.overlay.tunnel.PathLimit#noticeAbove}).
     *
     * @param packetBytes of it; of a super-packet, of the largest piece
     */
    record LargePacket(Tunnel tunnel, int packetBytes) implements ControlCommand {}

    record RecvErrorArrived(UnderlayAddr from, int index) implements ControlCommand {}

    /** A packet came for the session that a handshake of ours is to make, and waits; it proves nothing. */
    record PacketBeforeAnswer(int index) implements ControlCommand {}

    /** One byte came from there while a peer was silent; it proves nothing. */
    record PunchArrived(UnderlayAddr from) implements ControlCommand {}

    /** A packet was refused; sampled, for people. */
    record PacketDropped(Direction direction, FlowKey flow, Verdict verdict, String peer)
            implements ControlCommand {}

    /** Our own underlay addresses changed: peers must hear from us. */
    record UnderlayChanged() implements ControlCommand {}

    /**
     * What the host's kernel told a lane, to be said by the control plane's thread. Unlike {@link
     * Call} it takes no room from the operator.
     */
    record LaneReport(Consumer<Tick> action) implements ControlCommand {}

    /** A copy of a packet that was sent by a tunnel of which copies are wanted ({@link Tunnel#isCopied}). */
    record PacketCopied(Tunnel tunnel, Bytes packet) implements ControlCommand {
        @Override
        public int bytes() {
            return packet.length();
        }
    }

    /** Anything else the owner of the node wants done or read on the control plane's thread. */
    record Call(Consumer<Tick> action) implements ControlCommand {}
}
