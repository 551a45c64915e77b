package dev.asterism.l7.transport;

import dev.asterism.l7.io.Batch;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/**
 * The calls of the hot path: Netty's natives through one direct buffer of the loop, one copy between it and the heap.
 * One object for each loop.
 */
final class SocketCalls {

    static final int WOULD_BLOCK = -11;
    static final int BROKEN = -104;
    static final int NO_DESCRIPTOR = -24;

    /** The one that was to be accepted has gone. */
    static final int ABORTED = -103;

    private static final int EPERM = -1;
    private static final int EPROTO = -71;

    private static final int ADDRESS_BYTES = 26;

    private final ByteBuffer direct = ByteBuffer.allocateDirect(Batch.READ_BYTES);
    private final long address = MemorySegment.ofBuffer(direct).address();
    private final byte[] peer = new byte[ADDRESS_BYTES];

    /** Bytes read, 0 at the end, {@link #WOULD_BLOCK} or {@link #BROKEN}. */
    int read(FileDescriptor socket, byte[] into, int at, int most) {
        try {
            int count = socket.readAddress(address, 0, Math.min(most, direct.capacity()));
            if (count > 0) {
                direct.get(0, into, at, count);
                return count;
            }
            // Netty: 0 is "would block", -1 is the end.
            return count == 0 ? WOULD_BLOCK : 0;
        } catch (IOException _) {
            return BROKEN;
        }
    }

    /** Bytes taken, 0 when it would block, or {@link #BROKEN}. */
    int write(FileDescriptor socket, byte[] from, int at, int length) {
        try {
            int count = Math.min(length, direct.capacity());
            direct.put(0, from, at, count);
            return socket.writeAddress(address, 0, count);
        } catch (IOException _) {
            return BROKEN;
        }
    }

    /** A descriptor, {@link #WOULD_BLOCK}, {@link #ABORTED} or, for failures that may last, {@link #NO_DESCRIPTOR}. */
    int accept(Socket listener) {
        try {
            int descriptor = listener.accept(peer);
            return descriptor < 0 ? WOULD_BLOCK : descriptor;
        } catch (NativeIoException failure) {
            return switch (failure.expectedErr()) {
                case ABORTED, EPROTO, EPERM -> ABORTED;
                default -> NO_DESCRIPTOR;
            };
        } catch (IOException _) {
            return NO_DESCRIPTOR;
        }
    }

    /** What {@code connect(2)} has done. */
    enum Connecting {
        OPEN,
        BEGUN,
        /** Of a Unix socket: nothing has begun. */
        BACKLOG_FULL
    }

    static Connecting connect(Socket socket, SocketAddress to) throws IOException {
        try {
            return socket.connect(to) ? Connecting.OPEN : Connecting.BEGUN;
        } catch (ConnectException failure) {
            // Netty names the number in its text only.
            String text = failure.getMessage();
            if (text != null && text.contains("(" + WOULD_BLOCK + ")")) {
                return Connecting.BACKLOG_FULL;
            }
            throw failure;
        }
    }

    void close(FileDescriptor socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // Its number is free in any case, close(2).
        }
    }
}
