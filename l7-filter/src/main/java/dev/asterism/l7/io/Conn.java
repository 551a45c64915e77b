package dev.asterism.l7.io;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection without its transport: pending output, input kept for later, what it waits for, and
 * how long. A subclass adds the socket. Idle, it owns no buffer. Belongs to one loop's thread.
 */
@SuppressWarnings("this-escape") // its two parts only keep it
public abstract class Conn {

    /** From so many pending bytes on, who produces them is told to pause. */
    public static final int CONGESTED = 256 << 10;

    /** A closing connection whose peer takes nothing for so long is dropped. */
    private static final long FLUSH_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** So long a peer has to end after we have. */
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Batch batch;
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
    private boolean again;

    protected Conn(Batch batch) {
        this.batch = batch;
        output = new ByteQueue(batch.buffers());
    }

    // --- what the transport does ---

    /** Sends; returns the bytes taken, 0 when it would block, or a negative number when it is broken. */
    protected abstract int write(byte[] from, int at, int length);

    /** Something changed of {@link #takesInput}, {@link #isBlocked} or {@link #isConnecting}. */
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
        return ending == Ending.CLOSED;
    }

    /** No more input is taken: it only waits for its output to leave. */
    public final boolean isClosing() {
        return ending.isClosing();
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

    public final boolean isCongested() {
        return output.pending() > CONGESTED;
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
        again = true;
        queue();
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
        if (isClosed()) {
            return;
        }
        if (output.pending() == 0) {
            drop();
        } else {
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
        batch.after(expiry, FLUSH_NANOS);
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
        if (member != null) {
            member.leave();
            member = null;
        }
    }

    final void member(ConnGroup.Member of) {
        member = of;
    }

    // --- time ---

    /** It is lost unless it is open so soon. Only while it connects. */
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

    // --- what drives it ---

    protected final void connecting(boolean on) {
        connecting = on;
    }

    /** An own connection is open. */
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
        if (isClosed() || connecting) {
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
            if (taken > 0 && isClosing()) {
                batch.after(expiry, FLUSH_NANOS);
            }
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
            batch.after(expiry, LINGER_NANOS);
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
        if (isClosed()) {
            return;
        }
        if (broken) {
            lose();
            return;
        }
        if (again) {
            again = false;
            if (!paused) {
                input.offerHeld();
            }
        }
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
