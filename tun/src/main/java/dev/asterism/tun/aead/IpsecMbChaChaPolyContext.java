package dev.asterism.tun.aead;

import dev.asterism.overlay.aead.AeadCipher;
import java.lang.foreign.MemorySegment;

/** One {@code IMB_JOB} per packet, completed at once. */
final class IpsecMbChaChaPolyContext extends NativeContext {

    private static final int CIPHER_CHACHA20_POLY1305 = 19;
    private static final int AUTH_CHACHA20_POLY1305 = 29;
    private static final int ENCRYPT = 1;
    private static final int DECRYPT = 2;
    private static final int CIPHER_THEN_HASH = 1;
    private static final int HASH_THEN_CIPHER = 2;
    private static final int COMPLETED = 3;

    /** Offsets in {@code IMB_JOB}. */
    private static final class At {
        static final int ENCRYPTION_KEY = 0;
        static final int DECRYPTION_KEY = 8;
        static final int KEY_LENGTH = 16;
        static final int SOURCE = 24;
        static final int DESTINATION = 32;
        static final int CIPHER_OFFSET = 40;
        static final int CIPHER_LENGTH = 48;
        static final int HASH_OFFSET = 56;
        static final int HASH_LENGTH = 64;
        static final int NONCE = 72;
        static final int NONCE_LENGTH = 80;
        static final int TAG = 88;
        static final int TAG_LENGTH = 96;
        static final int AAD = 104;
        static final int AAD_LENGTH = 112;
        static final int STATUS = 128;
        static final int CIPHER_MODE = 132;
        static final int DIRECTION = 136;
        static final int HASH = 140;
        static final int ORDER = 144;
    }

    private final JobQueue jobs;
    private final MemorySegment nextJob;
    private final MemorySegment submitJob;

    IpsecMbChaChaPolyContext(JobQueue jobs, int noncePrefix) {
        super(KeyForm.RAW, AeadCipher.CHACHAPOLY, noncePrefix);
        this.jobs = jobs;
        this.nextJob = jobs.nextJob();
        this.submitJob = jobs.submitJob();
    }

    @Override
    void sealNative(NativeKey key, long aad, int aadLength, long in, int length) {
        long out = aad + aadLength;
        long job = job(key, aad, aadLength, apart(in, out, length), out, length);
        NativeMemory.putWord(job + At.TAG, out + length);
        NativeMemory.putHalf(job + At.DIRECTION, ENCRYPT);
        NativeMemory.putHalf(job + At.ORDER, CIPHER_THEN_HASH);
        submit(job);
    }

    @Override
    boolean openNative(NativeKey key, long aad, int aadLength, int length, long out) {
        long in = aad + aadLength;
        long low = NativeMemory.word(in + length);
        long high = NativeMemory.word(in + length + Long.BYTES);
        long job = job(key, aad, aadLength, apart(in, out, length), out, length);
        NativeMemory.putWord(job + At.TAG, tag());
        NativeMemory.putHalf(job + At.DIRECTION, DECRYPT);
        NativeMemory.putHalf(job + At.ORDER, HASH_THEN_CIPHER);
        submit(job);
        return isTag(low, high);
    }

    /** The library reads ahead of what it writes only when both lie at one place, so other overlaps are taken apart. */
    private long apart(long in, long out, int length) {
        boolean overlaps = in != out && Math.abs(in - out) < length;
        // A copy that this call works in already ends where it begins: in and out are equal there.
        if (!overlaps) {
            return in;
        }
        long copy = copyOf(length).address();
        NativeMemory.copy(in, copy, length);
        return copy;
    }

    private long job(NativeKey key, long aad, int aadLength, long in, long out, int length) {
        long job = call(nextJob);
        NativeMemory.putWord(job + At.ENCRYPTION_KEY, key.address());
        NativeMemory.putWord(job + At.DECRYPTION_KEY, key.address());
        NativeMemory.putWord(job + At.KEY_LENGTH, 32);
        NativeMemory.putWord(job + At.SOURCE, in);
        NativeMemory.putWord(job + At.DESTINATION, out);
        NativeMemory.putWord(job + At.CIPHER_OFFSET, 0);
        NativeMemory.putWord(job + At.CIPHER_LENGTH, length);
        NativeMemory.putWord(job + At.HASH_OFFSET, 0);
        NativeMemory.putWord(job + At.HASH_LENGTH, length);
        NativeMemory.putWord(job + At.NONCE, nonce());
        NativeMemory.putWord(job + At.NONCE_LENGTH, 12);
        NativeMemory.putWord(job + At.TAG_LENGTH, TAG);
        NativeMemory.putWord(job + At.AAD, aad);
        NativeMemory.putWord(job + At.AAD_LENGTH, aadLength);
        NativeMemory.putHalf(job + At.CIPHER_MODE, CIPHER_CHACHA20_POLY1305);
        NativeMemory.putHalf(job + At.HASH, AUTH_CHACHA20_POLY1305);
        return job;
    }

    private void submit(long job) {
        long done = call(submitJob);
        int status = done == job ? NativeMemory.half(job + At.STATUS) : -1;
        if (status != COMPLETED) {
            throw new IllegalStateException("libipsec-mb left a packet with status " + status);
        }
    }

    private long call(MemorySegment function) {
        try {
            return (long)
                    NativeCalls.Ten.CALL.invokeExact(
                            function, jobs.address(), 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L);
        } catch (Throwable t) {
            throw NativeCalls.impossible(t);
        }
    }
}
