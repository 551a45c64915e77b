package dev.asterism.agent.enrol;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;

/**
 * Sockets for one request, all of which are closed when its time is up. A limit for each read would not do: a server
 * that sends a byte now and then keeps every one of them. Any thread; closing it ends the watch, not the sockets.
 */
final class BoundedSockets extends SSLSocketFactory implements AutoCloseable {

    private final SSLSocketFactory sockets;
    private final List<Socket> made = new ArrayList<>();
    private final CountDownLatch answered = new CountDownLatch(1);
    private boolean late;

    /**
     * @param seconds until they are closed, from now on
     */
    BoundedSockets(SSLSocketFactory sockets, long seconds) {
        this.sockets = sockets;
        Thread.ofVirtual().name("enrol-deadline").start(() -> watch(seconds));
    }

    private void watch(long seconds) {
        try {
            if (!answered.await(seconds, TimeUnit.SECONDS)) {
                end();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end() {
        List<Socket> all;
        synchronized (this) {
            late = true;
            all = List.copyOf(made);
        }
        for (Socket socket : all) {
            try {
                socket.close();
            } catch (IOException e) {
                // It is closed either way.
            }
        }
    }

    /** Whether the time was up before {@link #close}. */
    synchronized boolean isLate() {
        return late;
    }

    private synchronized Socket kept(Socket socket) throws IOException {
        if (late) {
            socket.close();
            throw new IOException("the time for this request is up");
        }
        made.add(socket);
        return socket;
    }

    @Override
    public Socket createSocket() throws IOException {
        return kept(sockets.createSocket());
    }

    @Override
    public Socket createSocket(Socket plain, String host, int port, boolean autoClose)
            throws IOException {
        return kept(sockets.createSocket(plain, host, port, autoClose));
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return kept(sockets.createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort)
            throws IOException {
        return kept(sockets.createSocket(host, port, local, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return kept(sockets.createSocket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
            throws IOException {
        return kept(sockets.createSocket(host, port, local, localPort));
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return sockets.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return sockets.getSupportedCipherSuites();
    }

    @Override
    public void close() {
        answered.countDown();
    }
}
