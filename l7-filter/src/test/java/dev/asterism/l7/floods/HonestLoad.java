package dev.asterism.l7.floods;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A client that asks at a steady rate on connections that it keeps. */
final class HonestLoad implements AutoCloseable {

    private static final byte[] GET =
            "GET /a HTTP/1.1\r\nHost: app\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int PATIENCE_MILLIS = 20_000;

    private final List<Socket> sockets = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<Long> nanos = Collections.synchronizedList(new ArrayList<>());
    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean over;

    /** What came of it. */
    record Result(int requests, List<String> failures, double p50Millis, double p99Millis) {}

    /**
     * @param rate requests a second on all connections together
     */
    HonestLoad(int port, int connections, double rate) throws IOException {
        for (int i = 0; i < connections; i++) {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            sockets.add(socket);
            long phase = (long) (1e9 / rate * i);
            long step = (long) (1e9 / rate * connections);
            threads.add(
                    Thread.ofPlatform()
                            .daemon()
                            .start(() -> ask(socket, System.nanoTime() + phase, step)));
        }
    }

    private void ask(Socket socket, long first, long step) {
        try {
            long due = first;
            while (!over) {
                for (long left = due - System.nanoTime();
                        left > 0;
                        left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                long began = System.nanoTime();
                socket.getOutputStream().write(GET);
                String answer = answer(socket.getInputStream());
                nanos.add(System.nanoTime() - began);
                boolean good =
                        answer.startsWith("HTTP/1.1 200 ") && answer.endsWith("\r\n\r\nhonest");
                if (!good) {
                    failures.add(answer);
                }
                due = Math.max(due + step, System.nanoTime() - step);
            }
        } catch (IOException e) {
            failures.add(e.toString());
        }
    }

    private static String answer(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0) {
            add(in, text);
        }
        int length = text.indexOf("Content-Length: 6") >= 0 ? 6 : 0;
        int all = text.indexOf("\r\n\r\n") + 4 + length;
        while (text.length() < all) {
            add(in, text);
        }
        return text.toString();
    }

    private static void add(InputStream in, StringBuilder text) throws IOException {
        byte[] some = new byte[4096];
        int count = in.read(some);
        if (count < 0) {
            throw new IOException("closed behind " + text);
        }
        text.append(new String(some, 0, count, StandardCharsets.ISO_8859_1));
    }

    /** Forgets what has been so far. */
    void restart() {
        nanos.clear();
    }

    /** Ends it, and tells what came of it all: also of what was under way, so an answer that never comes is a failure. */
    Result finished() throws IOException {
        close();
        return result();
    }

    /** So far; what is under way is not in it. */
    Result result() {
        List<Long> sorted;
        synchronized (nanos) {
            sorted = new ArrayList<>(nanos);
        }
        Collections.sort(sorted);
        return new Result(
                sorted.size(), List.copyOf(failures), millis(sorted, 0.5), millis(sorted, 0.99));
    }

    private static double millis(List<Long> sorted, double share) {
        return sorted.isEmpty() ? 0 : sorted.get((int) (share * (sorted.size() - 1))) / 1e6;
    }

    @Override
    public void close() throws IOException {
        over = true;
        for (Thread each : threads) {
            try {
                each.join(PATIENCE_MILLIS + 5_000);
                if (each.isAlive()) {
                    failures.add("an answer that does not end");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        for (Socket each : sockets) {
            each.close();
        }
    }
}
