package dev.asterism.overlay.view;

import dev.asterism.overlay.net.Ip;
import java.time.Duration;

/**
 * What became of the last packet between two hosts, as far as this node remembers it: in the last
 * refused packets, of which lanes tell a few per second, and in the connection table, which has the
 * flows that were admitted.
 *
 * @param age since the packet; of an admitted one exact to a second
 * @param admitted whether it passed
 * @param reason the verdict at that time, in words
 * @param rules for a refused one the rules that were asked at that time, by file and line; else empty
 * @param sourcePort a number or {@code fragment}; empty when the protocol has none
 * @param now what would become of it now: for an admitted one, of the packet that began its flow,
 *     with the rule that admits it
 */
public record LastPacketView(
        Duration age,
        boolean admitted,
        String reason,
        String rules,
        String sourcePort,
        WhyView now) {

    /**
     * Which packets are meant.
     *
     * @param port of the destination; 0 for any
     * @param protocol IP protocol number; 0 for any
     */
    public record Pair(Ip source, Ip destination, int port, int protocol) {}
}
