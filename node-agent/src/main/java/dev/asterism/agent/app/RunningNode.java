package dev.asterism.agent.app;

import dev.asterism.lighthouse.Discovery;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.node.Node;
import dev.asterism.tun.device.LinuxTun;
import dev.asterism.tun.poll.LoopGroup;
import dev.asterism.tun.udp.LinuxUdp;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node with its threads and descriptors.
 *
 * @param sockets by lane
 * @param device null when {@code tun.disabled}
 * @param steps what a reload changes outside of the node, in this order
 */
public record RunningNode(
        Node node,
        Discovery discovery,
        LoopGroup loops,
        List<LinuxUdp> sockets,
        UnderlayAddr listens,
        @Nullable LinuxTun device,
        List<ReloadStep> steps) {}
