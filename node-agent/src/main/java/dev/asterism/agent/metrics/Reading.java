package dev.asterism.agent.metrics;

import dev.asterism.overlay.handshake.DurationSample;
import dev.asterism.overlay.node.NodeTotals;
import java.time.Instant;
import java.util.List;

/**
 * What has to be read once for all series of one scrape or report.
 *
 * @param totals made by the control plane
 * @param bundles likewise
 * @param services likewise
 * @param sockets by lane, see {@link dev.asterism.tun.udp.LinuxUdp#memory}
 * @param handshakes how long they took
 */
record Reading(
        Instant now,
        NodeTotals totals,
        BundleTotals bundles,
        ServiceTotals services,
        List<long[]> sockets,
        DurationSample.Snapshot handshakes) {

    /** Zero where the kernel does not tell. */
    long ofSocket(int lane, int value) {
        long[] memory = sockets.get(lane);
        return value < memory.length ? memory[value] : 0;
    }
}
