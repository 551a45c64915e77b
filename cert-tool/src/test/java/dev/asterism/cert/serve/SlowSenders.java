package dev.asterism.cert.serve;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Strangers of many addresses in 127.0.0.0/8. Each begins to send the largest message, one half of them nearly all of
 * it and the other half little, then sends a byte now and then, and comes again when it is turned away.
 */
final class SlowSenders implements AutoCloseable {

    private static final int LENGTH = 64 * 1024;
    private static final int END = 1024;
    private static final int LITTLE = 4096;
    private static final long BYTE_NANOS = 200_000_000;
    private static final long PAUSE_NANOS = 4_000_000_000L;

    private final InetSocketAddress server;
    private final SSLSocketFactory sockets;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger slow = new AtomicInteger();
    private final AtomicInteger begun = new AtomicInteger();
    private volatile boolean ended;

    SlowSenders(InetSocketAddress server, int count) throws Exception {
        this.server = server;
        sockets = new TrustEverything().sockets();
        for (int i = 0; i < count; i++) {
            String address = "127.%d.%d.1".formatted(100 + i / 250, i % 250);
            int first = i % 2 == 0 ? LENGTH - END : LITTLE;
            threads.execute(() -> sendAgainAndAgain(address, first));
        }
    }

    private void sendAgainAndAgain(String address, int first) {
        while (!ended) {
            try (Socket plain = new Socket()) {
                plain.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
                plain.connect(server, 5000);
                plain.setSoTimeout(10_000);
                send(plain, first);
            } catch (IOException e) {
                // Turned away, which is what a server should do.
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void send(Socket plain, int first) throws IOException {
        try (SSLSocket tls = (SSLSocket) sockets.createSocket(plain, "x", server.getPort(), true)) {
            tls.startHandshake();
            OutputStream out = tls.getOutputStream();
            out.write(
                    RawHttps.head("POST", EnrolServer.PATH, LENGTH)
                            .getBytes(StandardCharsets.US_ASCII));
            out.write(new byte[first]);
            begun.incrementAndGet();
            slow.incrementAndGet();
            try {
                for (int i = 0; i < END - 1 && !ended; i++) {
                    LockSupport.parkNanos(BYTE_NANOS);
                    out.write(0);
                }
            } finally {
                slow.decrementAndGet();
            }
        }
    }

    /** How many of them the server listens to, as far as they know. */
    int slow() {
        return slow.get();
    }

    /** How many large messages there have been. */
    int begun() {
        return begun.get();
    }

    @Override
    public void close() {
        ended = true;
        threads.close();
    }
}
