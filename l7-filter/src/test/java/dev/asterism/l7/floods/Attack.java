package dev.asterism.l7.floods;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A flood while it goes on: from peers at addresses of their own, each on its connection and, when it ends, the next.
 */
final class Attack implements AutoCloseable {

    static final int IDLE_CONNECTIONS = Integer.getInteger("asterism.floods.idle", 2000);
    private static final long SLOW_NANOS = 50_000_000;
    private static final int BATCH = 20;

    private final Flood flood;
    private final int port;
    private final double rate;
    private final int idleConnections;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong steps = new AtomicLong();
    private volatile boolean over;

    /**
     * @param rate steps a second of a fast one, all its connections together
     */
    Attack(Flood flood, int port, double rate) {
        this(flood, port, rate, IDLE_CONNECTIONS);
    }

    /**
     * As {@link #Attack(Flood, int, double)}.
     *
     * @param idleConnections how many, of a flood of them
     */
    Attack(Flood flood, int port, double rate, int idleConnections) {
        this.flood = flood;
        this.port = port;
        this.rate = rate;
        this.idleConnections = idleConnections;
        if (flood.pace() == Flood.Pace.IDLE) {
            threads.add(Thread.ofVirtual().start(this::holdIdle));
            return;
        }
        int count = flood.connections();
        for (int i = 0; i < count; i++) {
            int number = i;
            threads.add(Thread.ofVirtual().start(() -> attack(number)));
        }
    }

    private void holdIdle() {
        List<Socket> idle = new ArrayList<>();
        try {
            while (!over && idle.size() < idleConnections) {
                idle.add(connect(idle.size()));
                steps.incrementAndGet();
            }
            while (!over) {
                LockSupport.parkNanos(SLOW_NANOS);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            idle.forEach(Attack::drop);
        }
    }

    private static void drop(Socket socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // It is of no use any more.
        }
    }

    private Socket connect(int number) throws IOException {
        Socket socket = new Socket();
        byte[] from = {127, 0, 0, (byte) (2 + number % 8)};
        socket.bind(new InetSocketAddress(InetAddress.getByAddress(from), 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5000);
        socket.setTcpNoDelay(true);
        return socket;
    }

    private void attack(int number) {
        while (!over) {
            try (Socket socket = connect(number)) {
                flood(socket);
            } catch (IOException _) {
                // The filter has had enough of this connection.
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    private void flood(Socket socket) throws IOException {
        socket.getOutputStream().write(flood.greeting());
        boolean reads = flood != Flood.PIPELINE_UNREAD;
        byte[] sink = new byte[65_536];
        long due = System.nanoTime();
        for (int n = 0; !over; ) {
            byte[] next = flood.step(n);
            boolean waits = next.length == 0;
            int batch = flood.pace() == Flood.Pace.FAST && !waits ? BATCH : 1;
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int i = 0; i < batch && !waits; i++) {
                bytes.writeBytes(i == 0 ? next : flood.step(n + i));
            }
            socket.getOutputStream().write(bytes.toByteArray());
            n += waits ? 0 : batch;
            steps.addAndGet(waits ? 0 : batch);
            boolean fast = flood.pace() == Flood.Pace.FAST && !waits;
            due += fast ? (long) (1e9 * batch * flood.connections() / rate) : SLOW_NANOS;
            due = Math.max(due, System.nanoTime() - SLOW_NANOS);
            pause(due);
            InputStream in = socket.getInputStream();
            if (reads) {
                read(socket, in, sink);
            }
        }
    }

    /** What is there; the end is an exception. */
    private static void read(Socket socket, InputStream in, byte[] sink) throws IOException {
        socket.setSoTimeout(1);
        try {
            if (in.read(sink) < 0) {
                throw new IOException("closed");
            }
        } catch (java.net.SocketTimeoutException _) {
            // Nothing yet.
        }
    }

    private static void pause(long due) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** So much has been sent. */
    long steps() {
        return steps.get();
    }

    @Override
    public void close() {
        over = true;
        for (Thread each : threads) {
            each.interrupt();
            try {
                each.join(10_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
