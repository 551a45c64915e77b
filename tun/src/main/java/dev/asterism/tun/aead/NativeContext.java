package dev.asterism.tun.aead;

import dev.asterism.overlay.aead.AeadCipher;
import dev.asterism.overlay.aead.AeadContext;
import dev.asterism.overlay.aead.AeadKey;
import dev.asterism.overlay.aead.AeadProvider;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * What native contexts share: each range is checked once, here, before its raw address goes to C;
 * memory of the heap is worked on in a native copy. This object, and so what subclasses hold, stays
 * reachable during a call. Belongs to one thread. Nobody may close a segment's arena during a call.
 * Does not watch over counters: a session never gives one twice.
 */
abstract class NativeContext implements AeadContext {

    static final int TAG = AeadProvider.TAG_BYTES;

    private static final int NONCE_AT = 0;
    private static final int TAG_AT = 16;

    /** Where subclasses have {@link #OWN_BYTES} of scratch. */
    private static final int OWN_AT = 64;

    static final int OWN_BYTES = 192;
    private static final int MIN_COPY_BYTES = 2048;

    private static final ValueLayout.OfLong COUNTER =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt PREFIX =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED;

    private final KeyForm form;
    private final boolean bigEndianCounter;
    private final MemorySegment scratch = Arena.ofAuto().allocate(OWN_AT + OWN_BYTES, 64);
    private final long scratchAddress = scratch.address();

    /** Native stand-in for memory of the heap; grows. */
    private MemorySegment copy = MemorySegment.NULL;

    NativeContext(KeyForm form, AeadCipher cipher, int noncePrefix) {
        this.form = form;
        this.bigEndianCounter = cipher.hasBigEndianCounter();
        scratch.set(PREFIX, NONCE_AT, noncePrefix);
    }

    /** 12 bytes. */
    final long nonce() {
        return scratchAddress + NONCE_AT;
    }

    /** 16 bytes. */
    final long tag() {
        return scratchAddress + TAG_AT;
    }

    /** Scratch of the subclass, aligned to 64 bytes. */
    final long own() {
        return scratchAddress + OWN_AT;
    }

    /**
     * Seals native memory: ciphertext and tag go behind the {@code aadLength} bytes at {@code aad}. All
     * ranges have been checked, the nonce is at {@link #nonce}.
     */
    abstract void sealNative(NativeKey key, long aad, int aadLength, long in, int length);

    /**
     * Opens native memory: {@code length} bytes of ciphertext and a tag follow the associated data. Compares tags in
     * constant time.
     */
    abstract boolean openNative(NativeKey key, long aad, int aadLength, int length, long out);

    @Override
    public final void seal(
            AeadKey key,
            long counter,
            MemorySegment out,
            long at,
            int aadLength,
            MemorySegment in,
            long inAt,
            int length) {
        NativeKey prepared = usable(key);
        long total = (long) notNegative(aadLength) + notNegative(length) + TAG;
        check(out, at, total);
        check(in, inAt, length);
        checkWritable(out);
        putCounter(counter);
        try {
            if (out.isNative() && in.isNative()) {
                sealNative(prepared, out.address() + at, aadLength, in.address() + inAt, length);
            } else {
                sealCopy(prepared, out, at, aadLength, in, inAt, length);
            }
            stillUsable(prepared, out, at + aadLength, length + TAG);
        } finally {
            Reference.reachabilityFence(prepared);
            Reference.reachabilityFence(in);
            Reference.reachabilityFence(out);
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public final boolean open(
            AeadKey key,
            long counter,
            MemorySegment packet,
            long at,
            int aadLength,
            int sealedLength,
            MemorySegment out,
            long outAt) {
        if (sealedLength < TAG) {
            return false;
        }
        NativeKey prepared = usable(key);
        int length = sealedLength - TAG;
        check(packet, at, (long) notNegative(aadLength) + sealedLength);
        check(out, outAt, length);
        checkWritable(out);
        putCounter(counter);
        try {
            boolean genuine =
                    packet.isNative() && out.isNative()
                            ? openNative(
                                    prepared,
                                    packet.address() + at,
                                    aadLength,
                                    length,
                                    out.address() + outAt)
                            : openCopy(prepared, packet, at, aadLength, length, out, outAt);
            stillUsable(prepared, out, outAt, length);
            return genuine;
        } finally {
            Reference.reachabilityFence(prepared);
            Reference.reachabilityFence(packet);
            Reference.reachabilityFence(out);
            Reference.reachabilityFence(this);
        }
    }

    private void sealCopy(
            NativeKey key,
            MemorySegment out,
            long at,
            int aadLength,
            MemorySegment in,
            long inAt,
            int length) {
        MemorySegment work = copyOf((long) aadLength + length + TAG);
        MemorySegment.copy(out, at, work, 0, aadLength);
        MemorySegment.copy(in, inAt, work, aadLength, length);
        sealNative(key, work.address(), aadLength, work.address() + aadLength, length);
        MemorySegment.copy(work, aadLength, out, at + aadLength, (long) length + TAG);
    }

    private boolean openCopy(
            NativeKey key,
            MemorySegment packet,
            long at,
            int aadLength,
            int length,
            MemorySegment out,
            long outAt) {
        long total = (long) aadLength + length + TAG;
        MemorySegment work = copyOf(total);
        MemorySegment.copy(packet, at, work, 0, total);
        if (!openNative(key, work.address(), aadLength, length, work.address() + aadLength)) {
            return false;
        }
        MemorySegment.copy(work, aadLength, out, outAt, length);
        return true;
    }

    /** Native memory of at least so many bytes; what it held is gone. */
    final MemorySegment copyOf(long bytes) {
        if (copy.byteSize() < bytes) {
            long rounded = Math.max(MIN_COPY_BYTES, Long.highestOneBit(bytes - 1) << 1);
            copy = Arena.ofAuto().allocate(rounded, 64);
        }
        return copy;
    }

    /** Whether the 16 bytes at {@link #tag} are these, without a hint by time at which byte they differ. */
    final boolean isTag(long low, long high) {
        long difference =
                (scratch.get(WORD, TAG_AT) ^ low) | (scratch.get(WORD, TAG_AT + Long.BYTES) ^ high);
        return difference == 0;
    }

    private NativeKey usable(AeadKey key) {
        NativeKey prepared = (NativeKey) key;
        if (prepared.form() != form) {
            throw new IllegalArgumentException("a key of another provider");
        }
        if (prepared.isDestroyed()) {
            throw new IllegalStateException("key is destroyed");
        }
        return prepared;
    }

    /** The key was wiped meanwhile: what came out may have been made with zeros and must not leave. */
    private static void stillUsable(NativeKey key, MemorySegment out, long at, long bytes) {
        VarHandle.loadLoadFence();
        if (key.isDestroyed()) {
            out.asSlice(at, bytes).fill((byte) 0);
            throw new IllegalStateException("key is destroyed");
        }
    }

    private static int notNegative(int length) {
        if (length < 0) {
            throw new IndexOutOfBoundsException("length " + length);
        }
        return length;
    }

    private static void check(MemorySegment segment, long at, long bytes) {
        Objects.checkFromIndexSize(at, bytes, segment.byteSize());
        if (!segment.scope().isAlive()) {
            throw new IllegalStateException("memory is closed");
        }
        if (!segment.isAccessibleBy(Thread.currentThread())) {
            throw new WrongThreadException("memory of another thread");
        }
    }

    private static void checkWritable(MemorySegment segment) {
        if (segment.isReadOnly()) {
            throw new IllegalArgumentException("memory is read-only");
        }
    }

    private void putCounter(long counter) {
        scratch.set(
                COUNTER,
                NONCE_AT + Integer.BYTES,
                bigEndianCounter ? Long.reverseBytes(counter) : counter);
    }
}
