package dev.asterism.agent.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Two sockets in the middle of the laboratory by which two nodes reach each other, each taking the
 * nearer one for the other node. Sees every datagram on the way, and may lose, double and hold it
 * back.
 */
final class Cable implements AutoCloseable {

    private static final int PORT = 4242;
    private static final int PARTIAL_CHECKSUM = 0x80;
    private static final int MESSAGE = 0x11;

    /** Probabilities per datagram. */
    record Faults(double loss, double duplication, double reordering) {

        static final Faults NONE = new Faults(0, 0, 0);
        static final Faults BAD = new Faults(0.01, 0.01, 0.01);
    }

    private final Host middle;
    private final DatagramChannel nearX;
    private final DatagramChannel nearY;
    private final AtomicLong packets = new AtomicLong();
    private final AtomicLong marked = new AtomicLong();
    private final AtomicLong harmed = new AtomicLong();

    Cable(Host middle, Host x, Host y, Faults faults) {
        this.middle = middle;
        nearX = socket(middle);
        nearY = socket(middle);
        start(nearX, nearY, y, faults, 1);
        start(nearY, nearX, x, faults, 2);
    }

    private static DatagramChannel socket(Host middle) {
        return middle.inside(
                () ->
                        DatagramChannel.open(StandardProtocolFamily.INET)
                                .setOption(StandardSocketOptions.SO_RCVBUF, 4 << 20)
                                .setOption(StandardSocketOptions.SO_SNDBUF, 4 << 20)
                                .bind(new InetSocketAddress("0.0.0.0", 0)));
    }

    /** Where x finds y, for its configuration. */
    String nearX() {
        return address(nearX);
    }

    String nearY() {
        return address(nearY);
    }

    private String address(DatagramChannel channel) {
        return middle.underlay() + ":" + channel.socket().getLocalPort();
    }

    private void start(
            DatagramChannel from, DatagramChannel to, Host target, Faults faults, long seed) {
        SocketAddress address = new InetSocketAddress(target.underlay(), PORT);
        Thread.ofPlatform()
                .daemon()
                .name("cable to " + target.namespace())
                .start(() -> carry(from, to, address, faults, new SplittableRandom(seed)));
    }

    private void carry(
            DatagramChannel from,
            DatagramChannel to,
            SocketAddress target,
            Faults faults,
            SplittableRandom dice) {
        ByteBuffer datagram = ByteBuffer.allocateDirect(65_536);
        ByteBuffer held = null;
        try {
            while (true) {
                from.receive(datagram.clear());
                look(datagram.flip());
                held = carryOne(datagram, held, to, target, faults, dice);
            }
        } catch (ClosedChannelException e) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns what waits for a later datagram to pass. */
    private @Nullable ByteBuffer carryOne(
            ByteBuffer datagram,
            @Nullable ByteBuffer held,
            DatagramChannel to,
            SocketAddress target,
            Faults faults,
            SplittableRandom dice)
            throws IOException {
        if (dice.nextDouble() < faults.loss()) {
            harmed.incrementAndGet();
            return held;
        }
        if (held == null && dice.nextDouble() < faults.reordering()) {
            harmed.incrementAndGet();
            return ByteBuffer.allocate(datagram.remaining()).put(datagram).flip();
        }
        if (dice.nextDouble() < faults.duplication()) {
            harmed.incrementAndGet();
            to.send(datagram.duplicate(), target);
        }
        to.send(datagram, target);
        if (held != null && dice.nextInt(3) == 0) {
            to.send(held, target);
            return null;
        }
        return held;
    }

    private void look(ByteBuffer datagram) {
        if (datagram.remaining() > 16 && (datagram.get(0) & 0xFF) == MESSAGE) {
            packets.incrementAndGet();
            if ((datagram.get(2) & PARTIAL_CHECKSUM) != 0) {
                marked.incrementAndGet();
            }
        }
    }

    /** Sealed packets in both directions. */
    long packets() {
        return packets.get();
    }

    /** Those whose header says that a checksum is unfinished. */
    long marked() {
        return marked.get();
    }

    /** Datagrams lost, doubled or held back. */
    long harmed() {
        return harmed.get();
    }

    @Override
    public void close() {
        try {
            nearX.close();
            nearY.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
