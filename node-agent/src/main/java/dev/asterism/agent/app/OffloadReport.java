package dev.asterism.agent.app;

import dev.asterism.overlay.config.OverlayConfig;
import dev.asterism.overlay.io.Tick;
import dev.asterism.overlay.net.Ip;
import dev.asterism.tun.device.LinuxTun;
import dev.asterism.tun.device.TunOffload;
import dev.asterism.tun.udp.LinuxUdp;
import dev.asterism.tun.udp.UdpOptions;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once what the kernel gave of the offloads and buffers asked for, and once per destination
 * that UDP GSO is rejected for.
 */
final class OffloadReport {

    private static final Logger LOG = LoggerFactory.getLogger("asterism");
    private static final int MAX_NAMED = 1024;

    /** Control plane's thread. */
    private final Set<Ip> named = new TreeSet<>();

    private final BiConsumer<Ip, Tick> pathHint;

    /**
     * @param pathHint gets each destination that GSO is rejected for, on the control plane's thread: the kernel may
     *     have learned that datagrams are too large for the path
     */
    OffloadReport(BiConsumer<Ip, Tick> pathHint) {
        this.pathHint = pathHint;
    }

    /** Main thread, at the start. */
    static void announce(OverlayConfig config, LinuxUdp socket, @Nullable LinuxTun device) {
        announceBuffers(config.listen(), socket);
        if (device != null && config.tun().useOffloads()) {
            announce(device.offload());
        }
        if (config.listen().udpOffloads() && !socket.coalescing()) {
            LOG.info("This kernel has no UDP_GRO: datagrams are received one by one");
        }
        if (config.listen().udpOffloads() && !socket.segmentation()) {
            LOG.info("This kernel has no UDP_SEGMENT: datagrams are sent one by one");
        }
    }

    /** Smaller buffers lose datagrams under load; everybody may have what the host's limits admit. */
    static void announceBuffers(OverlayConfig.Listen listen, LinuxUdp socket) {
        int readWanted = listen.readBuffer() == 0 ? UdpOptions.BUFFER_BYTES : listen.readBuffer();
        int writeWanted =
                listen.writeBuffer() == 0 ? UdpOptions.BUFFER_BYTES : listen.writeBuffer();
        int read = socket.receiveBufferBytes();
        int write = socket.sendBufferBytes();
        if (read < readWanted || write < writeWanted) {
            LOG.atInfo()
                    .setMessage(
                            "The kernel granted smaller socket buffers than requested: raise"
                                    + " net.core.rmem_max/wmem_max or grant CAP_NET_ADMIN")
                    .addKeyValue("readBuffer", read)
                    .addKeyValue("readBufferWanted", readWanted)
                    .addKeyValue("writeBuffer", write)
                    .addKeyValue("writeBufferWanted", writeWanted)
                    .log();
        }
    }

    private static void announce(TunOffload offload) {
        switch (offload) {
            case TCP_AND_UDP -> LOG.debug("The tun device has all offloads");
            case TCP ->
                    LOG.info(
                            "This kernel's tun device segments no UDP (6.2 and later do): UDP packets"
                                    + " are handed over one by one");
            case CHECKSUMS, HEADER_ONLY ->
                    LOG.info(
                            "This kernel's tun device refused segmentation: packets are read one by"
                                    + " one");
            case NONE ->
                    LOG.info(
                            "This kernel's tun device has no offloads: packets are read and written"
                                    + " one by one");
        }
    }

    /** Hears of rejected GSO batches on any lane's thread and says so on the control plane's. */
    void listen(LinuxUdp socket, LaneReports reports) {
        socket.onGsoRejected((to, why) -> reports.offer(now -> refused(to, why, now)));
    }

    private void refused(Ip to, String why, Tick now) {
        pathHint.accept(to, now);
        if (named.size() < MAX_NAMED && named.add(to)) {
            LOG.atInfo()
                    .setMessage(
                            "UDP GSO rejected for this destination; falling back to single datagrams,"
                                    + " will retry")
                    .addKeyValue("udpAddr", to)
                    .addKeyValue("error", why)
                    .log();
        }
    }
}
