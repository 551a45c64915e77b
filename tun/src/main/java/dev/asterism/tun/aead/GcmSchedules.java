package dev.asterism.tun.aead;

import java.lang.foreign.MemorySegment;

/**
 * What libipsec-mb's AES-GCM derives from a key before it can use it: round keys and powers of the
 * hash key, 1,024 bytes and more. Only a key that is used often keeps it; for others it is derived
 * for each use, about as long as a short packet takes, in memory of the context that is wiped
 * afterwards. So a lighthouse with thousands of hosts, each of which sends a message every few
 * seconds, holds 32 bytes of each key, and a tunnel that carries packets is as fast as ever.
 *
 * <p>Often means {@value #OFTEN} of {@value #SPAN} uses of keys without a schedule. That needs no
 * clock, and where thousands of hosts all send alike no key is used often. Several threads; they may
 * lose a count, which does no harm.
 */
final class GcmSchedules {

    static final int OFTEN = 64;
    static final int SPAN = 16_384;

    private final KeyForm form;
    private final MemorySegment pre;
    private long uses;

    /**
     * @param pre {@code aes_gcm_pre_256_*(key, schedule)}
     */
    GcmSchedules(KeyForm form, MemorySegment pre) {
        this.form = form;
        this.pre = pre;
    }

    KeyForm form() {
        return form;
    }

    void derive(long key, long schedule) {
        IpsecMb.call(pre, key, schedule);
    }

    /**
     * The address of a schedule for one use.
     *
     * @param scratch the caller's own, which it wipes when that is what was returned
     */
    long of(NativeKey key, long scratch) {
        if (key.isUsedOften(++uses, SPAN, OFTEN)) {
            key.keepSchedule(this);
            long kept = key.scheduleAddress();
            if (kept != 0) {
                return kept;
            }
        }
        derive(key.address(), scratch);
        return scratch;
    }
}
