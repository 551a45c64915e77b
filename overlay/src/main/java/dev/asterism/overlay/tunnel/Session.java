package dev.asterism.overlay.tunnel;

import dev.asterism.overlay.aead.AeadKey;
import dev.asterism.overlay.wire.WireExtensions;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The two transport keys of a tunnel with the send counter and the replay window (spec wire.md 3).
 * Thread-safe: counters are taken atomically, so no two packets ever share a nonce.
 */
public final class Session {

    /** From here on a new handshake is due. */
    public static final long REHANDSHAKE_AT = 1L << 34;

    /** Unsigned; from here on nothing is sent. The distance to 2^64 is for threads that race past it. */
    public static final long REFUSE_AT = -1L - (1L << 40);

    /** {@link #nextCounter} when the session is exhausted; never a valid counter. */
    public static final long EXHAUSTED = 0;

    private static final long HANDSHAKE_MESSAGES = 2;
    private static final VarHandle COUNTER;

    static {
        try {
            COUNTER = MethodHandles.lookup().findVarHandle(Session.class, "counter", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int localIndex;
    private final int remoteIndex;
    private final AeadKey sendKey;
    private final AeadKey receiveKey;
    private final ReplayWindow window;
    private final boolean partialChecksums;

    @SuppressWarnings("UnusedVariable") // through COUNTER
    private volatile long counter = HANDSHAKE_MESSAGES;

    /**
     * @param localIndex what the peer puts into headers towards us
     * @param remoteIndex what we put into headers towards the peer
     */
    public Session(
            int localIndex,
            int remoteIndex,
            AeadKey sendKey,
            AeadKey receiveKey,
            ReplayWindow window) {
        this(localIndex, remoteIndex, sendKey, receiveKey, window, WireExtensions.NONE);
    }

    /**
     * @param extensions what both sides have shown
     */
    public Session(
            int localIndex,
            int remoteIndex,
            AeadKey sendKey,
            AeadKey receiveKey,
            ReplayWindow window,
            int extensions) {
        this.localIndex = localIndex;
        this.remoteIndex = remoteIndex;
        this.sendKey = sendKey;
        this.receiveKey = receiveKey;
        this.window = window;
        this.partialChecksums = WireExtensions.hasPartialChecksums(extensions);
        // The handshake's own messages had counters 1 and 2: data must not use them.
        window.update(1);
        window.update(2);
    }

    public int localIndex() {
        return localIndex;
    }

    public int remoteIndex() {
        return remoteIndex;
    }

    public AeadKey sendKey() {
        return sendKey;
    }

    public AeadKey receiveKey() {
        return receiveKey;
    }

    /** Wipes both keys. Nobody may seal or open with this session any more. */
    public void destroy() {
        sendKey.destroy();
        receiveKey.destroy();
    }

    public ReplayWindow window() {
        return window;
    }

    /** Whether packets with unfinished checksums may go either way. */
    public boolean partialChecksums() {
        return partialChecksums;
    }

    /** The next counter, or {@link #EXHAUSTED}, then always that. */
    public long nextCounter() {
        long next = (long) COUNTER.getAndAdd(this, 1L) + 1;
        if (Long.compareUnsigned(next, REFUSE_AT) < 0) {
            return next;
        }
        COUNTER.setVolatile(this, REFUSE_AT);
        return EXHAUSTED;
    }

    /** The last counter handed out. */
    public long counter() {
        return counter;
    }

    public boolean isExhausted() {
        return Long.compareUnsigned(counter, REFUSE_AT) >= 0;
    }

    public boolean wantsRehandshake() {
        return Long.compareUnsigned(counter, REHANDSHAKE_AT) >= 0;
    }

    /** Raises the counter, never lowers it; for tests of what happens near the limits. */
    public void advanceCounterTo(long value) {
        if (Long.compareUnsigned(value, counter) > 0) {
            COUNTER.setVolatile(this, value);
        }
    }
}
