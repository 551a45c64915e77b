package dev.asterism.l7.floods;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * Takes a flood in place of the filter, in a process of its own with one thread: it reads everything, answers nothing,
 * and keeps its core as busy for each byte as it is told to. What honest requests at the filter notice of a flood that
 * goes here is what they notice of anything that takes a part of their cores.
 */
final class FloodSink implements AutoCloseable {

    private static final int BACKLOG = 4096;
    private static final int READ_BYTES = 64 << 10;

    private final ListeningJvm jvm;

    FloodSink() throws IOException {
        jvm = new ListeningJvm(FloodSink.class, "32m");
    }

    int port() {
        return jvm.port();
    }

    /** From now on a byte keeps it busy for so long. */
    void costs(double nanosPerByte) throws IOException {
        jvm.tell(Double.toString(nanosPerByte));
    }

    @Override
    public void close() {
        jvm.close();
    }

    // --- the process ---

    private static volatile double nanosPerByte;

    public static void main(String[] args) throws IOException {
        ServerSocketChannel listening = ServerSocketChannel.open();
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        listening.configureBlocking(false);
        Selector selector = Selector.open();
        listening.register(selector, SelectionKey.OP_ACCEPT);
        Thread.ofPlatform().daemon().start(() -> serve(selector, listening));
        System.out.println("PORT " + listening.socket().getLocalPort());
        BufferedReader told =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = told.readLine(); line != null; line = told.readLine()) {
            nanosPerByte = Double.parseDouble(line);
        }
    }

    private static void serve(Selector selector, ServerSocketChannel listening) {
        ByteBuffer sink = ByteBuffer.allocateDirect(READ_BYTES);
        try {
            while (selector.isOpen()) {
                selector.select(key -> ready(key, selector, listening, sink));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void ready(
            SelectionKey key, Selector selector, ServerSocketChannel listening, ByteBuffer sink) {
        try {
            if (key.isAcceptable()) {
                SocketChannel accepted = listening.accept();
                if (accepted != null) {
                    accepted.configureBlocking(false);
                    accepted.register(selector, SelectionKey.OP_READ);
                }
                return;
            }
            sink.clear();
            int count = ((SocketChannel) key.channel()).read(sink);
            if (count < 0) {
                key.channel().close();
                return;
            }
            long began = System.nanoTime();
            long busy = (long) (count * nanosPerByte);
            while (System.nanoTime() - began < busy) {
                Thread.onSpinWait();
            }
        } catch (IOException _) {
            key.cancel();
        }
    }
}
