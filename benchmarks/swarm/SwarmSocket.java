import dev.asterism.overlay.io.DatagramBatch;
import dev.asterism.overlay.io.UdpPort;
import dev.asterism.overlay.net.Ip;
import dev.asterism.overlay.net.UnderlayAddr;
import dev.asterism.overlay.wire.Header;
import dev.asterism.overlay.wire.MessageType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/** The UDP port of one host. */
final class SwarmSocket implements UdpPort {

    private static final int MAX_DATAGRAM = 2_048;

    private final DatagramChannel channel;
    private final Ip address;
    private final SwarmHosts all;
    private final SharedSlabs slabs;
    private int batches;

    /** Our index in the handshake whose answer came last. */
    private int answered;

    SwarmSocket(DatagramChannel channel, Ip address, SwarmHosts all) {
        this.channel = channel;
        this.address = address;
        this.all = all;
        slabs = all.slabs();
    }

    @Override
    public int receive(DatagramBatch into) {
        into.clear();
        ByteBuffer buffer = slabs.buffer();
        try {
            while (into.count() < into.capacity()) {
                int at = into.reserve(MAX_DATAGRAM);
                buffer.clear().limit(MAX_DATAGRAM);
                if (at < 0 || !(channel.receive(buffer) instanceof InetSocketAddress from)) {
                    break;
                }
                buffer.flip();
                int length = buffer.remaining();
                MemorySegment.copy(MemorySegment.ofBuffer(buffer), 0, into.slab(), at, length);
                noticeAnswer(into.slab().asSlice(at, length));
                Ip ip = Ip.ofIpv4(ByteBuffer.wrap(from.getAddress().getAddress()).getInt());
                into.append(length, 0, ip.hi(), ip.lo(), from.getPort());
            }
        } catch (SocketException e) {
            return into.count(); // the lighthouse's port is closed for the moment
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return into.count();
    }

    /** Counts a handshake once: a repeated message 1 is answered again, by the same message 2. */
    private void noticeAnswer(MemorySegment datagram) {
        if (datagram.byteSize() >= Header.LENGTH
                && Header.isValid(datagram, 0)
                && Header.typeNumber(datagram, 0) == MessageType.HANDSHAKE.number()
                && Header.counter(datagram, 0) == 2
                && Header.remoteIndex(datagram, 0) != answered) {
            answered = Header.remoteIndex(datagram, 0);
            all.hasAnswer();
        }
    }

    @Override
    public int send(DatagramBatch from) {
        int sent = 0;
        for (int i = 0; i < from.count(); i++) {
            UnderlayAddr to = from.address(i);
            ByteBuffer datagram =
                    from.slab().asSlice(from.offset(i), from.length(i)).asByteBuffer();
            try {
                InetAddress host = InetAddress.getByAddress(SwarmMesh.bytes(to.ip()));
                sent += channel.send(datagram, new InetSocketAddress(host, to.port())) > 0 ? 1 : 0;
            } catch (IOException e) {
                // As when the network refuses a datagram: it costs only itself.
            }
        }
        return sent;
    }

    @Override
    public DatagramBatch newBatch(int capacity, int slabBytes) {
        return new DatagramBatch(slabs.slab("udp" + batches++, slabBytes), capacity);
    }

    @Override
    public UnderlayAddr local() {
        return new UnderlayAddr(address, channel.socket().getLocalPort());
    }

    @Override
    public void close() {}
}
