package dev.asterism.agent.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.StringJoiner;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Numbered UDP packets at a steady pace in one direction inside the overlay, and when each was sent
 * and arrived. Times are of {@link System#nanoTime}, as both ends live in this JVM.
 */
final class UdpFlow implements AutoCloseable {

    private static final int MAX = 40_000;
    private static final Duration DRAIN = Duration.ofSeconds(1);

    /** How fast. */
    record Pace(int bytes, int burst, Duration interval) {

        /** Fine enough to see an outage. */
        static final Pace PROBES = new Pace(64, 1, Duration.ofMillis(20));

        /** One megabyte a second. */
        static final Pace MEGABYTE = new Pace(1000, 5, Duration.ofMillis(5));
    }

    private final DatagramChannel from;
    private final DatagramChannel to;
    private final SocketAddress target;
    private final Pace pace;
    private final long[] sentAt = new long[MAX];
    private final long[] arrivedAt = new long[MAX];
    private final Thread sender;
    private final Thread receiver;
    private volatile boolean sending = true;
    private volatile int sent;
    private final AtomicInteger arrived = new AtomicInteger();
    private final AtomicInteger twice = new AtomicInteger();

    UdpFlow(NamespaceNode from, NamespaceNode to, int port, Pace pace) {
        this.pace = pace;
        this.to = Ports.udp(to, port);
        this.from = Ports.udpAnywhere(from);
        target = new InetSocketAddress(to.overlay(), port);
        receiver = Thread.ofPlatform().name("receives " + target).unstarted(this::receive);
        sender = Thread.ofPlatform().name("sends " + target).unstarted(this::send);
        receiver.start();
        sender.start();
    }

    private void send() {
        ByteBuffer packet = ByteBuffer.allocate(pace.bytes());
        long due = System.nanoTime();
        int next = 0;
        while (sending && next + pace.burst() <= MAX) {
            for (int i = 0; i < pace.burst(); i++) {
                next = sendOne(packet, next);
            }
            sent = next;
            // After a pause of this thread the pace is kept from there on, so that nothing bursts.
            due = Math.max(due + pace.interval().toNanos(), System.nanoTime() - 20_000_000);
            LockSupport.parkNanos(due - System.nanoTime());
        }
    }

    /** A number is used up only when the kernel took the packet. */
    private int sendOne(ByteBuffer packet, int number) {
        packet.clear().putInt(0, number);
        sentAt[number] = System.nanoTime();
        try {
            return from.send(packet, target) > 0 ? number + 1 : number;
        } catch (IOException e) {
            return number;
        }
    }

    private void receive() {
        ByteBuffer packet = ByteBuffer.allocate(2000);
        while (true) {
            try {
                packet.clear();
                to.receive(packet);
                arrive(packet.getInt(0));
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void arrive(int number) {
        if (number < 0 || number >= MAX) {
            return;
        }
        if (arrivedAt[number] != 0) {
            twice.incrementAndGet();
            return;
        }
        arrivedAt[number] = System.nanoTime();
        arrived.incrementAndGet();
    }

    int sent() {
        return sent;
    }

    int arrived() {
        return arrived.get();
    }

    int twice() {
        return twice.get();
    }

    /** Stops sending and gives the last packets time to arrive. */
    void finish() {
        sending = false;
        join(sender);
        Waits.happensWithin(DRAIN, () -> arrived.get() >= sent);
    }

    /** Packets sent that have not arrived; call {@link #finish} first. */
    int lost() {
        return sent - arrived.get();
    }

    /** Of those that were sent before that time; call {@link #finish} first. */
    int lostBefore(long nanos) {
        int lost = 0;
        for (int i = 0; i < sent && sentAt[i] - nanos < 0; i++) {
            lost += arrivedAt[i] == 0 ? 1 : 0;
        }
        return lost;
    }

    /** What has not arrived, for people: when it was sent, seconds after the first. Call {@link #finish} first. */
    String gaps() {
        StringJoiner gaps = new StringJoiner(", ");
        for (int i = 0; i < sent; i++) {
            if (arrivedAt[i] == 0) {
                int first = i;
                while (i + 1 < sent && arrivedAt[i + 1] == 0) {
                    i++;
                }
                gaps.add(
                        "%d at %.3f to %.3f s"
                                .formatted(i - first + 1, secondsOf(first), secondsOf(i)));
            }
        }
        return "[" + gaps + "]";
    }

    private double secondsOf(int number) {
        return (sentAt[number] - sentAt[0]) / 1e9;
    }

    /** Whether something sent after that time has arrived. */
    boolean arrivedAfter(long nanos) {
        return firstAfter(nanos) != Long.MAX_VALUE;
    }

    /** Nanoseconds from that time to the first arrival of something sent later; the greatest number when none has. */
    long firstAfter(long nanos) {
        for (int i = 0; i < sent; i++) {
            if (arrivedAt[i] != 0 && sentAt[i] - nanos >= 0) {
                return arrivedAt[i] - nanos;
            }
        }
        return Long.MAX_VALUE;
    }

    @Override
    public void close() {
        sending = false;
        join(sender);
        try {
            from.close();
            to.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        join(receiver);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
