package dev.asterism.agent.it;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An application inside the overlay that gives the kernel many UDP packets as one ({@code
 * UDP_SEGMENT}), and one that gets them.
 */
final class GsoBatches {

    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM = 2;
    private static final int SOL_UDP = 17;
    private static final int UDP_SEGMENT = 103;
    private static final int MAX_BYTES = 60_000;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private GsoBatches() {}

    /**
     * What arrived of what was sent.
     *
     * @param wrong of other content or length than was sent
     */
    record Outcome(int sent, int intact, int wrong) {}

    /** Sends GSO batches of that segment size, each when most of the one before has arrived. */
    static Outcome carry(NamespaceNode from, NamespaceNode to, int segment, int batches) {
        AtomicInteger intact = new AtomicInteger();
        AtomicInteger wrong = new AtomicInteger();
        DatagramChannel receiver = Ports.udp(to, NodeConfig.OPEN_PORT);
        Thread receiving =
                Thread.ofPlatform()
                        .name("receives batches")
                        .start(() -> receive(receiver, segment, intact, wrong));
        int sent;
        try (receiver) {
            sent = from.host().inside(() -> send(to.overlay(), segment, batches, intact, wrong));
            Waits.happensWithin(PATIENCE, () -> intact.get() + wrong.get() >= sent);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            receiving.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return new Outcome(sent, intact.get(), wrong.get());
    }

    private static int send(
            String to, int segment, int batches, AtomicInteger intact, AtomicInteger wrong)
            throws IOException {
        int fd = Kernel.socket(AF_INET, SOCK_DGRAM);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocateFrom(JAVA_INT, segment);
            Kernel.setOption(fd, SOL_UDP, UDP_SEGMENT, value);
            Kernel.connect(fd, address(arena, to));
            MemorySegment batch = arena.allocate(MAX_BYTES);
            int sent = 0;
            for (int i = 0; i < batches; i++) {
                int whole = Math.min(64, MAX_BYTES / segment);
                int length = 0;
                for (int j = 0; j < whole; j++) {
                    // The last of a batch may be shorter.
                    int size = j == whole - 1 ? lastSize(segment) : segment;
                    MemorySegment.copy(content(sent + j, size), 0, batch, JAVA_BYTE, length, size);
                    length += size;
                }
                Kernel.send(fd, batch.asSlice(0, length));
                sent += whole;
                int soFar = sent;
                Waits.happensWithin(PATIENCE, () -> intact.get() + wrong.get() >= soFar);
            }
            return sent;
        } finally {
            Kernel.close(fd);
        }
    }

    private static int lastSize(int segment) {
        return Math.max(8, segment / 3);
    }

    private static MemorySegment address(Arena arena, String host) throws IOException {
        byte[] ip = ((Inet4Address) InetAddress.getByName(host)).getAddress();
        MemorySegment address = arena.allocate(16, 8);
        address.set(JAVA_LONG, 0, 0);
        address.set(JAVA_SHORT, 0, (short) AF_INET);
        address.set(JAVA_BYTE, 2, (byte) (NodeConfig.OPEN_PORT >>> 8));
        address.set(JAVA_BYTE, 3, (byte) NodeConfig.OPEN_PORT);
        MemorySegment.copy(ip, 0, address, JAVA_BYTE, 4, 4);
        return address;
    }

    private static byte[] content(int number, int size) {
        byte[] bytes = new byte[size];
        new SplittableRandom(number).nextBytes(bytes);
        ByteBuffer.wrap(bytes).putInt(0, number);
        return bytes;
    }

    private static void receive(
            DatagramChannel channel, int segment, AtomicInteger intact, AtomicInteger wrong) {
        ByteBuffer packet = ByteBuffer.allocate(65_536);
        while (true) {
            try {
                channel.receive(packet.clear());
                byte[] got = Arrays.copyOf(packet.array(), packet.position());
                boolean right =
                        (got.length == segment || got.length == lastSize(segment))
                                && Arrays.equals(
                                        got, content(ByteBuffer.wrap(got).getInt(), got.length));
                (right ? intact : wrong).incrementAndGet();
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
