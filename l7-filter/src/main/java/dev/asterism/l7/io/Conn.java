package dev.asterism.l7.io;

import org.jspecify.annotations.Nullable;

/**
 * A connection without its transport: pending output, input kept for later, what it waits for, and how long. A
 * subclass adds the socket. Idle, it owns no buffer. Belongs to one loop's thread.
 */
@SuppressWarnings("this-escape") // its two parts only keep it
public abstract class Conn {

    /** With more bytes pending, whoever produces them is to pause; with fewer when memory is short. */
    public static final int CONGESTED = 256 << 10;

    private final Batch batch;
    private final Holding memory;
    private final ByteQueue output;
    private final Input input = new Input(this);
    private final Expiry expiry = new Expiry(this);
    private WireProtocol protocol = Mute.MUTE;
    private ConnGroup.@Nullable Member member;
    private Ending ending = Ending.NONE;
    private boolean connecting;
    private boolean blocked;
    private boolean paused;
    private boolean inputEnded;
    private boolean queued;
    private boolean broken;
    private boolean told; // to pause

    protected Conn(Batch batch) {
        this.batch = batch;
        memory = new Holding(batch.memory(), this::fail);
        output = new ByteQueue(memory);
    }

    /** Sends; returns the bytes taken, 0 when it would block, or a negative number when it is broken. */
    protected abstract int write(byte[] from, int at, int length);

    /** Something changed of {@link #takesInput}, {@link #isBlocked} or {@link #isConnecting}. */
    protected abstract void interestChanged();

    /** Ends our direction after what was written. */
    protected abstract void shutdownOutput();

    /** Closes for good. */
    protected abstract void shut();

    public final void speak(WireProtocol next) {
        protocol = next;
    }

    public final WireProtocol protocol() {
        return protocol;
    }

    public final Batch batch() {
        return batch;
    }

    /** Its buffers. */
    public final Holding memory() {
        return memory;
    }

    public final boolean isClosed() {
        return ending == Ending.CLOSED;
    }

    public final boolean isClosing() {
        return ending.isClosing();
    }

    /** Why it did not open, when it is lost while it connects. */
    public Unopened unopened() {
        return Unopened.UNREACHABLE;
    }

    /** An idle one whose peer has ended it, or has sent what nobody asked for; asks the kernel. */
    public boolean hasGone() {
        return false;
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

    /** The peer has ended its direction; only for a protocol that goes on then. */
    public final boolean isInputEnded() {
        return inputEnded;
    }

    /** Our direction has ended, or will when all output has left. */
    public final boolean isOutputEnded() {
        return ending != Ending.NONE;
    }

    /** The socket is to be read. */
    public final boolean takesInput() {
        return !paused && !inputEnded && !isClosed();
    }

    public final int heldBytes() {
        return input.heldBytes();
    }

    public final int pending() {
        return output.pending();
    }

    /** Whoever is told so hears of {@link WireProtocol#drained} later. */
    public final boolean isCongested() {
        boolean congested = output.pending() > batch.memory().congested();
        told |= congested;
        return congested;
    }

    /** Sends at once; what the socket does not take is copied. */
    public final void send(byte[] from, int at, int length) {
        if (isClosed() || broken) {
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
        if (isClosed()) {
            output.clear();
        }
    }

    public final void queue() {
        if (!queued && !isClosed()) {
            queued = true;
            batch.queue(this);
        }
    }

    /** Stops and goes on reading from the peer. */
    public final void pause(boolean on) {
        if (paused != on && !isClosed()) {
            paused = on;
            interestChanged();
        }
    }

    /** Held input is offered again at the end of the batch. */
    public final void offerAgain() {
        input.offerAgain();
        queue();
    }

    /** Its bytes on their way to the protocol. */
    public final Input input() {
        return input;
    }

    /** Ends our direction when all output has left; the peer's goes on. */
    public final void endOutput() {
        if (ending == Ending.NONE) {
            ending = Ending.HALF;
            queue();
        }
    }

    /** Closes when all output has left. */
    public final void closeAfterFlush() {
        if (output.pending() == 0) {
            drop();
        } else if (!isClosed()) {
            closing(Ending.FLUSH);
        }
    }

    /**
     * As {@link #closeAfterFlush}, for a peer that may still send: what comes is read and thrown away until it ends.
     */
    public final void closeAfterLinger() {
        if (!isClosed()) {
            closing(Ending.LINGER);
            queue();
        }
    }

    private void closing(Ending next) {
        ending = next;
        input.release();
        batch.after(expiry, Ending.FLUSH_NANOS);
    }

    public final void drop() {
        if (isClosed()) {
            return;
        }
        ending = Ending.CLOSED;
        batch.timers().cancel(expiry);
        shut();
        output.clear();
        input.release();
        memory.close();
        if (member != null) {
            member.leave();
            member = null;
        }
    }

    final void member(ConnGroup.Member of) {
        member = of;
    }

    /** It is lost unless it opens within this time. Only while it connects. */
    public final void openWithin(long nanos) {
        if (connecting && !isClosed()) {
            batch.after(expiry, nanos);
        }
    }

    /** {@link WireProtocol#timedOut} comes after this time, unless this or {@link #noTimeout} is called again. */
    public final void timeout(long nanos) {
        if (!isClosed() && !isClosing() && !connecting) {
            batch.after(expiry, nanos);
        }
    }

    public final void noTimeout() {
        if (!isClosing() && !connecting) {
            batch.timers().cancel(expiry);
        }
    }

    protected final void connecting(boolean on) {
        connecting = on;
    }

    /** A connection that we began is open. */
    protected final void opened() {
        connecting = false;
        batch.timers().cancel(expiry);
        protocol.connected();
        flush();
    }

    /** New input in the batch's read buffer behind what is held, {@code count} bytes. */
    protected final void arrived(int count) {
        input.arrived(count);
    }

    private void block() {
        blocked = true;
        interestChanged();
    }

    /** Sends what is pending: at the end of a batch, and when the socket takes output again. */
    protected final void flush() {
        if (isClosed() || connecting || broken) {
            return;
        }
        boolean full = told || output.pending() > CONGESTED;
        if (output.pending() > 0) {
            int taken = write(output.bytes(), output.from(), output.pending());
            if (taken < 0) {
                fail();
                return;
            }
            output.sent(taken);
            if (taken > 0 && isClosing()) {
                batch.after(expiry, Ending.FLUSH_NANOS);
            }
            if (output.pending() > 0) {
                block();
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
            told = false;
            protocol.drained();
        }
        if (ending != Ending.NONE && output.pending() == 0) {
            leave();
        }
    }

    private void leave() {
        if (ending == Ending.HALF) {
            ending = Ending.HALF_DONE;
            shutdownOutput();
        } else if (ending == Ending.FLUSH || ending == Ending.LINGER && inputEnded) {
            drop();
        } else if (ending == Ending.LINGER) {
            ending = Ending.LINGERING;
            batch.timers().cancel(expiry);
            batch.after(expiry, Ending.LINGER_NANOS);
            shutdownOutput();
            pause(false);
            interestChanged();
        }
    }

    /** Broken while someone else is at work: the protocol hears of it at the end of the batch. */
    public final void fail() {
        broken = true;
        queue();
    }

    /** A fault of ours: this connection ends, the others go on. */
    public final void faulty(Throwable fault) {
        try {
            batch.caught(fault);
        } finally {
            lose();
        }
    }

    final void settle() {
        queued = false;
        if (broken || isClosed()) {
            lose();
            return;
        }
        input.settle();
        if (!blocked) {
            flush();
        }
    }

    /** The peer has sent all it wanted to. */
    protected final void ended() {
        if (isClosed()) {
            return;
        }
        boolean flushes = isClosing() && output.pending() > 0;
        if (flushes || !isClosing() && protocol.goesOnWithoutInput()) {
            inputEnded = true;
            interestChanged();
            if (!flushes) {
                protocol.inputEnded();
            }
        } else {
            drop();
            protocol.ended();
        }
    }

    /** It is gone: closes it and tells the protocol. */
    public final void lose() {
        if (!isClosed()) {
            drop();
            try {
                protocol.lost();
            } catch (Throwable fault) {
                batch.caught(fault);
            }
        }
    }
}
