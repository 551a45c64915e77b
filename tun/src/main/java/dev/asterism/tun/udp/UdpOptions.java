package dev.asterism.tun.udp;

import dev.asterism.overlay.net.Ip;

/**
 * How the underlay socket is opened.
 *
 * @param host {@code ::} takes both families, an IPv4 address IPv4 only, another IPv6 address IPv6 only
 * @param port 0 lets the kernel choose
 * @param receiveBufferBytes as much of it as the kernel grants; likewise sendBufferBytes
 * @param mark firewall mark of outgoing datagrams, 0 for none
 * @param portShared several sockets stand on the port and the kernel spreads flows over them
 * @param coalescing ask the kernel to hand over GRO batches: equal datagrams in one entry (UDP_GRO), where it can
 * @param segmentation hand GSO batches to the kernel in one message (UDP_SEGMENT), where it can
 */
public record UdpOptions(
        Ip host,
        int port,
        int receiveBufferBytes,
        int sendBufferBytes,
        int mark,
        boolean portShared,
        boolean coalescing,
        boolean segmentation) {

    /** Four streams at full speed overflow a quarter of it. */
    public static final int BUFFER_BYTES = 16 << 20;

    /** 16 MiB buffers, GSO batches in both directions, no mark, port not shared. */
    public static UdpOptions on(Ip host, int port) {
        return new UdpOptions(host, port, BUFFER_BYTES, BUFFER_BYTES, 0, false, true, true);
    }

    /** Buffers of these sizes; 0 stands for {@link #BUFFER_BYTES}. */
    public UdpOptions withBuffers(int receiveBytes, int sendBytes) {
        return new UdpOptions(
                host,
                port,
                receiveBytes == 0 ? BUFFER_BYTES : receiveBytes,
                sendBytes == 0 ? BUFFER_BYTES : sendBytes,
                mark,
                portShared,
                coalescing,
                segmentation);
    }

    public UdpOptions withMark(int firewallMark) {
        return new UdpOptions(
                host,
                port,
                receiveBufferBytes,
                sendBufferBytes,
                firewallMark,
                portShared,
                coalescing,
                segmentation);
    }

    public UdpOptions withPort(int otherPort) {
        return new UdpOptions(
                host,
                otherPort,
                receiveBufferBytes,
                sendBufferBytes,
                mark,
                portShared,
                coalescing,
                segmentation);
    }

    public UdpOptions sharingPort() {
        return new UdpOptions(
                host,
                port,
                receiveBufferBytes,
                sendBufferBytes,
                mark,
                true,
                coalescing,
                segmentation);
    }

    public UdpOptions withoutCoalescing() {
        return new UdpOptions(
                host,
                port,
                receiveBufferBytes,
                sendBufferBytes,
                mark,
                portShared,
                false,
                segmentation);
    }

    public UdpOptions withoutSegmentation() {
        return new UdpOptions(
                host,
                port,
                receiveBufferBytes,
                sendBufferBytes,
                mark,
                portShared,
                coalescing,
                false);
    }
}
