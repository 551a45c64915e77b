package dev.asterism.l7.io;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;

/** A connection whose socket is two byte arrays. */
public final class MemoryConn extends Conn {

    private final MemoryLoop loop;
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final ArrayDeque<byte[]> unread = new ArrayDeque<>();
    private int writes;
    private int takes = Integer.MAX_VALUE;
    private boolean outputShut;
    private boolean peerEnded;
    private Unopened why = Unopened.UNREACHABLE;

    MemoryConn(MemoryLoop loop) {
        super(loop.batch());
        this.loop = loop;
    }

    /** The peer's bytes: read when the connection is read, in pieces of the read buffer at most. */
    public void arrive(byte[] bytes) {
        unread.add(bytes);
        read();
        loop.settle();
    }

    public void arrive(String latin1) {
        arrive(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void read() {
        while (!unread.isEmpty() && takesInput() && !input().awaitsTurn() && !isConnecting()) {
            byte[] next = unread.remove();
            int room = batch().input().length - Batch.RESERVE - heldBytes();
            int most = Math.min(room, batch().readBytes());
            int count = Math.min(most, next.length);
            if (count < next.length) {
                byte[] rest = new byte[next.length - count];
                System.arraycopy(next, count, rest, 0, rest.length);
                unread.addFirst(rest);
            }
            System.arraycopy(next, 0, batch().input(), Batch.RESERVE + heldBytes(), count);
            arrived(count);
        }
        if (unread.isEmpty() && peerEnded && takesInput() && !input().awaitsTurn()) {
            ended();
        }
    }

    /** Bytes that wait in the socket because the connection is paused. */
    public int unreadBytes() {
        return unread.stream().mapToInt(b -> b.length).sum();
    }

    /** The peer closes its direction. */
    public void end() {
        peerEnded = true;
        read();
        loop.settle();
    }

    /** The connection breaks. */
    public void breaks() {
        lose();
        loop.settle();
    }

    /** The peer closes its direction, and the loop has not been told yet. */
    public void endUnseen() {
        peerEnded = true;
    }

    @Override
    public boolean hasGone() {
        return peerEnded || !unread.isEmpty();
    }

    /** It does not open, for this reason. */
    public void doesNotOpen(Unopened reason) {
        why = reason;
        breaks();
    }

    @Override
    public Unopened unopened() {
        return why;
    }

    public void beginConnecting() {
        connecting(true);
    }

    public void connected() {
        opened();
        loop.settle();
    }

    /** From now on the socket takes so many bytes until it is told again. */
    public void take(int bytes) {
        takes = bytes;
        if (isBlocked() && bytes > 0) {
            flush();
        }
        loop.settle();
    }

    /** What was sent since the last call. */
    public byte[] sent() {
        byte[] bytes = sent.toByteArray();
        sent.reset();
        return bytes;
    }

    public String sentText() {
        return new String(sent(), StandardCharsets.ISO_8859_1);
    }

    public int writes() {
        return writes;
    }

    public boolean isOutputShut() {
        return outputShut;
    }

    @Override
    protected int write(byte[] from, int at, int length) {
        writes++;
        int count = Math.min(length, takes);
        takes -= count;
        sent.write(from, at, count);
        return count;
    }

    @Override
    protected void interestChanged() {
        if ((!unread.isEmpty() || peerEnded) && takesInput()) {
            loop.later(this::read);
        }
    }

    @Override
    protected void shutdownOutput() {
        outputShut = true;
    }

    @Override
    protected void shut() {}
}
