package dev.asterism.overlay.firewall;

import dev.asterism.overlay.packet.FlowKey;
import dev.asterism.overlay.packet.IpPacket;

/**
 * What a tracked flow has shown of itself, as bits, and how long that lets it live. A closed TCP
 * flow and one that was never answered are kept short (docs/adr/0016-fair-flow-table.md): Nebula
 * keeps both for the whole time-out. Never longer than the configured time-out of the protocol.
 */
final class FlowLife {

    /** Bits that are in use, from the lowest. */
    static final int BITS = 7;

    /** Let in by a rule for inbound packets. */
    static final long ORIGIN_INBOUND = 1;

    private static final long SEEN_INBOUND = 1 << 1;
    private static final long SEEN_OUTBOUND = 1 << 2;
    private static final long FIN_INBOUND = 1 << 3;
    private static final long FIN_OUTBOUND = 1 << 4;
    private static final long RESET = 1 << 5;

    /** TCP, and no later fragment, which has no flags and is never answered. */
    private static final long TCP = 1 << 6;

    private static final long BOTH_SEEN = SEEN_INBOUND | SEEN_OUTBOUND;
    private static final long BOTH_FINISHED = FIN_INBOUND | FIN_OUTBOUND;

    /** After FIN both ways or RST: enough for what is under way and for a lost last FIN. */
    static final long CLOSED_NANOS = 10_000_000_000L;

    /** For a TCP flow that was never answered: its next SYN is judged again, and an answer comes right after a SYN. */
    static final long UNANSWERED_NANOS = 30_000_000_000L;

    /** Port of the L7 filter in the uppermost bits of the word, above the tuple; 0 for none. */
    static final int FILTER_PORT_SHIFT = 48;

    private static final int CLOSED_RANK = 0;
    private static final int UNANSWERED_RANK = 1;
    private static final int ANSWERED_RANK = 2;

    private FlowLife() {}

    static long begin(FlowKey flow, Direction origin) {
        return (origin == Direction.INBOUND ? ORIGIN_INBOUND : 0) | (isTcp(flow) ? TCP : 0);
    }

    /** The bits after a packet of the flow that went in this direction. */
    static long after(long bits, FlowKey flow, Direction direction) {
        boolean inbound = direction == Direction.INBOUND;
        long next = bits | (inbound ? SEEN_INBOUND : SEEN_OUTBOUND);
        if ((flow.tcpFlags & FlowKey.TCP_FIN) != 0) {
            next |= inbound ? FIN_INBOUND : FIN_OUTBOUND;
        }
        return (flow.tcpFlags & FlowKey.TCP_RST) != 0 ? next | RESET : next;
    }

    /** Whether the packet begins a new connection where the flow has ended. */
    static boolean isReopened(long bits, FlowKey flow) {
        return (flow.tcpFlags & FlowKey.TCP_SYN) != 0 && isClosed(bits);
    }

    /** How long the flow lives from its last packet on. */
    static long nanos(long bits, long timeoutNanos) {
        if (isClosed(bits)) {
            return Math.min(timeoutNanos, CLOSED_NANOS);
        }
        return (bits & TCP) != 0 && (bits & BOTH_SEEN) != BOTH_SEEN
                ? Math.min(timeoutNanos, UNANSWERED_NANOS)
                : timeoutNanos;
    }

    /** Of two flows of one peer, the lower one goes first when room is needed. */
    static int rank(long bits) {
        if (isClosed(bits)) {
            return CLOSED_RANK;
        }
        return (bits & BOTH_SEEN) == BOTH_SEEN ? ANSWERED_RANK : UNANSWERED_RANK;
    }

    private static boolean isClosed(long bits) {
        return (bits & RESET) != 0 || (bits & BOTH_FINISHED) == BOTH_FINISHED;
    }

    private static boolean isTcp(FlowKey flow) {
        return flow.protocol == IpPacket.PROTOCOL_TCP && !flow.fragment;
    }
}
