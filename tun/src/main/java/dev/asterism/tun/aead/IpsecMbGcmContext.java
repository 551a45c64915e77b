package dev.asterism.tun.aead;

import dev.asterism.overlay.aead.AeadCipher;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@code enc(keyData, ctx, out, in, len, iv[12], aad, aadLen, tag, tagLen)} and {@code dec} of the same shape, which
 * writes the tag it has computed. Both read within their ranges only, and read a block before they write at or
 * below it. The associated data they may read last (VAES_AVX512 of version 2.0 does for short packets).
 */
final class IpsecMbGcmContext extends NativeContext {

    private final GcmSchedules schedules;
    private final MemorySegment scratch;
    private final long scratchAddress;
    private final MemorySegment enc;
    private final MemorySegment dec;

    IpsecMbGcmContext(
            GcmSchedules schedules, MemorySegment enc, MemorySegment dec, int noncePrefix) {
        super(schedules.form(), AeadCipher.AES, noncePrefix);
        this.schedules = schedules;
        scratch = Arena.ofAuto().allocate(schedules.form().bytes(), 64);
        scratchAddress = scratch.address();
        this.enc = enc;
        this.dec = dec;
    }

    @Override
    void sealNative(NativeKey key, long aad, int aadLength, long in, int length) {
        long out = aad + aadLength;
        long schedule = scheduleOf(key);
        try {
            var _ =
                    (long)
                            NativeCalls.Ten.CALL.invokeExact(
                                    enc,
                                    schedule,
                                    own(),
                                    out,
                                    in,
                                    (long) length,
                                    nonce(),
                                    aad,
                                    (long) aadLength,
                                    out + length,
                                    (long) TAG);
        } catch (Throwable t) {
            throw NativeCalls.impossible(t);
        } finally {
            forget(schedule);
        }
    }

    /** For one use; {@link #forget} it afterwards. */
    private long scheduleOf(NativeKey key) {
        long kept = key.scheduleAddress();
        return kept != 0 ? kept : schedules.of(key, scratchAddress);
    }

    /** Where schedules for one use are made. */
    MemorySegment scratch() {
        return scratch;
    }

    private void forget(long schedule) {
        if (schedule == scratchAddress) {
            scratch.fill((byte) 0);
        }
    }

    @Override
    boolean openNative(NativeKey key, long aad, int aadLength, int length, long out) {
        long in = aad + aadLength;
        long header = readable(aad, aadLength, out, length);
        // Read first, so that not even a caller who overlaps wrongly compares with plaintext.
        long low = NativeMemory.word(in + length);
        long high = NativeMemory.word(in + length + Long.BYTES);
        long schedule = scheduleOf(key);
        try {
            var _ =
                    (long)
                            NativeCalls.Ten.CALL.invokeExact(
                                    dec,
                                    schedule,
                                    own(),
                                    out,
                                    in,
                                    (long) length,
                                    nonce(),
                                    header,
                                    (long) aadLength,
                                    tag(),
                                    (long) TAG);
        } catch (Throwable t) {
            throw NativeCalls.impossible(t);
        } finally {
            forget(schedule);
        }
        return isTag(low, high);
    }

    /** Where the associated data is, or a copy of it if the plaintext will be written over it. */
    private long readable(long aad, int aadLength, long out, int length) {
        if (out >= aad + aadLength || out + length <= aad) {
            return aad;
        }
        long copy = copyOf(aadLength).address();
        NativeMemory.copy(aad, copy, aadLength);
        return copy;
    }
}
