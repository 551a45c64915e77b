package dev.asterism.overlay.lane;

import dev.asterism.overlay.firewall.Direction;
import dev.asterism.overlay.firewall.Verdict;
import dev.asterism.overlay.packet.FlowKey;
import dev.asterism.overlay.tunnel.Tunnel;

/**
 * Tells the control plane about refused packets, so that people can be told which rule was missing: at most
 * a few per second and lane, whatever arrives.
 */
final class DropSampler {

    private static final int PER_SECOND = 8;
    private static final long SECOND = 1_000_000_000L;

    private final CommandQueue commands;
    private long second = Long.MIN_VALUE;
    private int told;

    DropSampler(CommandQueue commands) {
        this.commands = commands;
    }

    void refused(Direction direction, FlowKey flow, Verdict verdict, Tunnel tunnel, long nowNanos) {
        long current = Math.floorDiv(nowNanos, SECOND);
        if (current != second) {
            second = current;
            told = 0;
        }
        if (told < PER_SECOND) {
            told++;
            commands.offer(
                    new ControlCommand.PacketDropped(
                            direction, flow.copy(), verdict, tunnel.peerName()));
        }
    }
}
