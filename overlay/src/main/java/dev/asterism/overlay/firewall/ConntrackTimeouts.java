package dev.asterism.overlay.firewall;

import dev.asterism.overlay.config.OverlayConfig.FirewallSection;
import dev.asterism.overlay.packet.IpPacket;
import java.time.Duration;

/** How long a flow stays allowed after its last packet, in nanoseconds (spec behaviour.md 4.3). */
record ConntrackTimeouts(long tcpNanos, long udpNanos, long defaultNanos) {

    static ConntrackTimeouts of(FirewallSection section) {
        return new ConntrackTimeouts(
                nanos(section.tcpTimeout()),
                nanos(section.udpTimeout()),
                nanos(section.defaultTimeout()));
    }

    // A century is as good as no end, and the sum with a monotonic clock cannot overflow.
    private static long nanos(Duration timeout) {
        Duration century = Duration.ofDays(36_500);
        return timeout.compareTo(century) > 0 ? century.toNanos() : timeout.toNanos();
    }

    long nanosFor(int protocol) {
        return switch (protocol) {
            case IpPacket.PROTOCOL_TCP -> tcpNanos;
            case IpPacket.PROTOCOL_UDP -> udpNanos;
            default -> defaultNanos;
        };
    }
}
