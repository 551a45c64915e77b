package dev.asterism.agent.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What a TCP transfer inside the overlay came to.
 *
 * @param sent SHA-256 of what was written, in hex
 * @param received SHA-256 of what was read
 */
record TcpTransfer(String sent, String received, long bytes, long nanos) {

    private static final int BLOCK = 1 << 20;
    private static final long MAX_SECONDS = 300;

    static TcpTransfer of(NamespaceNode from, NamespaceNode to, int megabytes) {
        try (ServerSocketChannel server = Ports.tcpServer(to, NodeConfig.OPEN_PORT);
                SocketChannel client =
                        from.host().inside(() -> SocketChannel.open(Ports.family(to)))) {
            FutureTask<String> receiving = new FutureTask<>(() -> receive(server));
            FutureTask<String> sending =
                    new FutureTask<>(() -> send(client, address(to.overlay()), megabytes));
            long start = System.nanoTime();
            Thread.ofPlatform().start(receiving);
            Thread.ofPlatform().start(sending);
            String sent = sending.get(MAX_SECONDS, TimeUnit.SECONDS);
            String received = receiving.get(MAX_SECONDS, TimeUnit.SECONDS);
            return new TcpTransfer(
                    sent, received, (long) megabytes * BLOCK, System.nanoTime() - start);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("transfer to " + to.overlay() + " failed: " + e, e);
        }
    }

    private static InetSocketAddress address(String host) {
        return new InetSocketAddress(host, NodeConfig.OPEN_PORT);
    }

    private static String send(SocketChannel client, InetSocketAddress target, int megabytes)
            throws IOException {
        client.connect(target);
        byte[] block = new byte[BLOCK];
        new SplittableRandom(megabytes).nextBytes(block);
        MessageDigest digest = sha256();
        for (int i = 0; i < megabytes; i++) {
            ByteBuffer data = ByteBuffer.wrap(block).putInt(0, i);
            digest.update(block);
            while (data.hasRemaining()) {
                client.write(data);
            }
        }
        client.shutdownOutput();
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String receive(ServerSocketChannel server) throws IOException {
        MessageDigest digest = sha256();
        try (SocketChannel channel = server.accept()) {
            ByteBuffer data = ByteBuffer.allocateDirect(256 * 1024);
            while (channel.read(data) >= 0) {
                digest.update(data.flip());
                data.clear();
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    boolean isIntact() {
        return sent.equals(received);
    }

    long megabytesPerSecond() {
        return bytes * 1000 / Math.max(1, nanos);
    }
}
