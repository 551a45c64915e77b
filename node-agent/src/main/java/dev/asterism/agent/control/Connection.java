package dev.asterism.agent.control;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import jnr.unixsocket.UnixSocketChannel;
import jnr.unixsocket.UnixSocketOptions;

/**
 * One client: request lines and answers in turn until it closes. It has so much time for each
 * request line and for taking each answer, and its line may be so long; beyond that the connection
 * ends.
 */
final class Connection {

    static final int MAX_REQUEST = 64 * 1024;

    /** One wait inside the kernel, so that the whole time is kept within this much. */
    private static final int STEP_MILLIS = 250;

    private static final int FIRST_BUFFER = 1024;

    private final UnixSocketChannel channel;
    private final Duration patience;
    private final ControlVerbs verbs;
    private byte[] buffer = new byte[FIRST_BUFFER];
    private int filled;

    Connection(UnixSocketChannel channel, Duration patience, ControlVerbs verbs)
            throws IOException {
        this.channel = channel;
        this.patience = patience;
        this.verbs = verbs;
        channel.setOption(UnixSocketOptions.SO_RCVTIMEO, STEP_MILLIS);
        channel.setOption(UnixSocketOptions.SO_SNDTIMEO, STEP_MILLIS);
    }

    /** For a client that may not ask at all. */
    void refuse() throws IOException {
        send(
                ControlVerbs.failed(
                        new ControlFailure(
                                ControlFailure.Code.DENIED,
                                "only root, the agent's own user and the socket's group may ask")));
    }

    /** Until the client has closed, or used up its time. */
    void serve(ControlPeer caller) throws IOException {
        for (int end = readLine(); end >= 0; end = readLine()) {
            byte[] answer = verbs.answer(buffer, end, caller);
            consume(end + 1);
            if (!send(answer)) {
                return;
            }
        }
    }

    /** Refuses the client without reading anything. */
    static void refuse(UnixSocketChannel channel, ControlFailure failure) throws IOException {
        channel.setOption(UnixSocketOptions.SO_SNDTIMEO, STEP_MILLIS);
        channel.write(ByteBuffer.wrap(line(ControlVerbs.failed(failure))));
    }

    /** Where the first line in the buffer ends; -1 when none has come in time or the client is gone. */
    private int readLine() throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        int searched = 0;
        while (true) {
            for (; searched < filled; searched++) {
                if (buffer[searched] == '\n') {
                    return searched;
                }
            }
            if (filled == MAX_REQUEST) {
                send(
                        ControlVerbs.failed(
                                new ControlFailure(
                                        ControlFailure.Code.BAD_REQUEST,
                                        "a request may have " + MAX_REQUEST + " bytes")));
                return -1;
            }
            if (filled == buffer.length) {
                buffer = Arrays.copyOf(buffer, Math.min(MAX_REQUEST, 2 * buffer.length));
            }
            if (System.nanoTime() - deadline >= 0) {
                return -1;
            }
            int read = channel.read(ByteBuffer.wrap(buffer, filled, buffer.length - filled));
            if (read < 0) {
                return -1;
            }
            filled += read;
        }
    }

    private void consume(int bytes) {
        System.arraycopy(buffer, bytes, buffer, 0, filled - bytes);
        filled -= bytes;
    }

    /** False when the client has not taken it in time. */
    private boolean send(byte[] answer) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        ByteBuffer out = ByteBuffer.wrap(line(answer));
        while (out.hasRemaining()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            channel.write(out);
        }
        return true;
    }

    private static byte[] line(byte[] answer) {
        byte[] line = Arrays.copyOf(answer, answer.length + 1);
        line[answer.length] = '\n';
        return line;
    }
}
