package dev.asterism.l7.io;

/**
 * A connection without its transport: pending output, input kept for later, and what it waits for. A subclass adds
 * the socket. Idle, it owns no buffer. Belongs to one loop's thread.
 */
public abstract class Conn {

    /** From so many pending bytes on, who produces them is told to pause. */
    public static final int CONGESTED = 256 << 10;

    private static final byte[] NONE = {};

    /**
     * A closing connection takes so much more from a peer that still sends, so that our last words are not lost by a
     * reset.
     */
    private static final int MOST_LINGERED = 1 << 20;

    /** Until it speaks something: input waits. */
    private static final WireProtocol MUTE =
            new WireProtocol() {
                @Override
                public int received(byte[] in, int from, int to) {
                    return from;
                }

                @Override
                public void lost() {}
            };

    private final Batch batch;
    private final ByteQueue output;
    private WireProtocol protocol = MUTE;
    private byte[] held = NONE;
    private int heldLength;
    private int lingered;
    private boolean closed;
    private boolean connecting;
    private boolean blocked;
    private boolean paused;
    private boolean closing;
    private boolean lingers;
    private boolean queued;
    private boolean broken;
    private boolean again;

    protected Conn(Batch batch) {
        this.batch = batch;
        output = new ByteQueue(batch.buffers());
    }

    // --- what the transport does ---

    /** Sends; returns the bytes taken, 0 when it would block, or a negative number when it is broken. */
    protected abstract int write(byte[] from, int at, int length);

    /** Something changed of {@link #isPaused}, {@link #isBlocked} or {@link #isConnecting}. */
    protected abstract void interestChanged();

    /** Ends our direction after what was written. */
    protected abstract void shutdownOutput();

    /** Closes for good. */
    protected abstract void shut();

    // --- what the protocol sees ---

    public final void speak(WireProtocol next) {
        protocol = next;
    }

    public final WireProtocol protocol() {
        return protocol;
    }

    public final Batch batch() {
        return batch;
    }

    public final boolean isClosed() {
        return closed;
    }

    /** No more input is taken: it only waits for its output to leave. */
    public final boolean isClosing() {
        return closing;
    }

    public final boolean isBroken() {
        return broken;
    }

    public final boolean isConnecting() {
        return connecting;
    }

    public final boolean isBlocked() {
        return blocked;
    }

    public final boolean isPaused() {
        return paused;
    }

    public final int heldBytes() {
        return heldLength;
    }

    public final int pending() {
        return output.pending();
    }

    public final boolean isCongested() {
        return output.pending() > CONGESTED;
    }

    /** Sends at once; what the socket does not take is copied. */
    public final void send(byte[] from, int at, int length) {
        if (closed || broken) {
            return;
        }
        if (connecting || output.pending() > 0) {
            output.append(from, at, length);
            queue();
            return;
        }
        int taken = write(from, at, length);
        if (taken < 0) {
            fail();
        } else if (taken < length) {
            output.append(from, at + taken, length - taken);
            block();
        }
    }

    /**
     * Makes room for output that leaves at the end of the batch and returns where it begins in {@link #output}, which
     * is to be read afterwards, as this may replace it; {@link #wrote} ends it.
     */
    public final int room(int bytes) {
        queue();
        return output.room(bytes);
    }

    public final byte[] output() {
        return output.bytes();
    }

    public final void wrote(int end) {
        output.end(end);
        if (closed) {
            output.clear();
        }
    }

    public final void queue() {
        if (!queued && !closed) {
            queued = true;
            batch.queue(this);
        }
    }

    /** Stops and goes on reading from the peer. */
    public final void pause(boolean on) {
        if (paused != on && !closed) {
            paused = on;
            interestChanged();
        }
    }

    /** Held input is offered again at the end of the batch. */
    public final void offerAgain() {
        again = true;
        queue();
    }

    /** Closes when all output has left. */
    public final void closeAfterFlush() {
        closing = true;
        if (output.pending() == 0) {
            drop();
        }
    }

    /**
     * As {@link #closeAfterFlush}, for a peer that may still send: what comes is read and thrown away until it ends.
     */
    public final void closeAfterLinger() {
        closing = true;
        lingers = true;
        queue();
    }

    public final void drop() {
        if (closed) {
            return;
        }
        closed = true;
        shut();
        output.clear();
        release();
    }

    // --- what drives it ---

    protected final void connecting(boolean on) {
        connecting = on;
    }

    /** An own connection is open. */
    protected final void opened() {
        connecting = false;
        protocol.connected();
        flush();
    }

    /** New input in the batch's read buffer behind what is held, {@code count} bytes. */
    protected final void arrived(int count) {
        byte[] in = batch.input();
        System.arraycopy(held, 0, in, Batch.RESERVE, heldLength);
        feed(in, Batch.RESERVE, Batch.RESERVE + heldLength + count);
    }

    private void feed(byte[] in, int from, int to) {
        if (closing) {
            linger(to - from);
            return;
        }
        int stopped = protocol.received(in, from, to);
        if (closing) {
            release();
        } else if (!closed) {
            hold(in, stopped, to - stopped);
        }
    }

    private void linger(int count) {
        lingered += count;
        if (lingered > MOST_LINGERED) {
            drop();
        }
    }

    private void hold(byte[] in, int at, int length) {
        if (length == 0) {
            release();
            return;
        }
        if (held.length < length) {
            batch.buffers().give(held);
            held = batch.buffers().take(length);
        }
        System.arraycopy(in, at, held, 0, length);
        heldLength = length;
    }

    private void release() {
        if (held.length > 0) {
            batch.buffers().give(held);
            held = NONE;
        }
        heldLength = 0;
    }

    private void block() {
        blocked = true;
        interestChanged();
    }

    /** Sends what is pending: at the end of a batch, and when the socket takes output again. */
    protected final void flush() {
        if (closed || connecting) {
            return;
        }
        boolean full = isCongested();
        if (output.pending() > 0) {
            int taken = write(output.bytes(), output.from(), output.pending());
            if (taken < 0) {
                fail();
                return;
            }
            output.sent(taken);
            if (output.pending() > 0) {
                if (!blocked) {
                    block();
                }
                return;
            }
        } else {
            output.clear();
        }
        if (blocked) {
            blocked = false;
            full = true;
            interestChanged();
        }
        if (full) {
            protocol.drained();
        }
        if (closing && output.pending() == 0) {
            leave();
        }
    }

    private void leave() {
        if (!lingers) {
            drop();
            return;
        }
        lingers = false;
        batch.lingers(this);
        shutdownOutput();
        pause(false);
        interestChanged();
    }

    /** Broken while someone else is at work: the protocol hears of it at the end of the batch. */
    public final void fail() {
        broken = true;
        queue();
    }

    /** A fault of ours: this connection ends, the others go on. */
    public final void faulty(RuntimeException fault) {
        batch.caught(fault);
        lose();
    }

    final void settle() {
        queued = false;
        if (closed) {
            return;
        }
        if (broken) {
            lose();
            return;
        }
        if (again) {
            again = false;
            offerHeld();
        }
        if (!blocked) {
            flush();
        }
    }

    private void offerHeld() {
        int length = heldLength;
        if (length > 0 && !paused) {
            System.arraycopy(held, 0, batch.input(), Batch.RESERVE, length);
            feed(batch.input(), Batch.RESERVE, Batch.RESERVE + length);
        }
    }

    /** The peer has sent all it wanted to. */
    protected final void ended() {
        if (!closed) {
            drop();
            protocol.ended();
        }
    }

    /** It is gone: closes it and tells the protocol. */
    public final void lose() {
        if (!closed) {
            drop();
            try {
                protocol.lost();
            } catch (RuntimeException fault) {
                batch.caught(fault);
            }
        }
    }
}
