package dev.asterism.tun.aead;

import dev.asterism.overlay.aead.AeadContext;
import dev.asterism.overlay.aead.AeadKey;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** AES-256-GCM by libipsec-mb's single-packet functions. */
final class IpsecMbGcm implements NativeAead {

    private static final int PROBE_BYTES = 4096;
    private static final byte UNTOUCHED = (byte) 0xA5;

    private final GcmVariant variant;
    private final GcmSchedules schedules;
    private final MemorySegment enc;
    private final MemorySegment dec;

    private IpsecMbGcm(
            GcmVariant variant, GcmSchedules schedules, MemorySegment enc, MemorySegment dec) {
        this.variant = variant;
        this.schedules = schedules;
        this.enc = enc;
        this.dec = dec;
    }

    static boolean isIn(IpsecMb library, GcmVariant variant) {
        return library.find("aes_gcm_enc_256_".concat(variant.suffix())).isPresent();
    }

    static Attempt find(IpsecMb library, GcmVariant variant) {
        Optional<MemorySegment> pre = library.find("aes_gcm_pre_256_".concat(variant.suffix()));
        Optional<MemorySegment> enc = library.find("aes_gcm_enc_256_".concat(variant.suffix()));
        Optional<MemorySegment> dec = library.find("aes_gcm_dec_256_".concat(variant.suffix()));
        if (pre.isEmpty() || enc.isEmpty() || dec.isEmpty()) {
            return library.lacks("aes_gcm_*_256_" + variant.suffix());
        }
        for (KeyForm form : variant.forms()) {
            if (keysFit(pre.get(), form)) {
                return new Attempt.Found(
                        new IpsecMbGcm(
                                variant, new GcmSchedules(form, pre.get()), enc.get(), dec.get()));
            }
        }
        return new Attempt.Missing(
                "the keys of " + library.file() + " are larger than those of versions 1.3 and 2.0");
    }

    /** Another version of the library must not write behind a key. */
    private static boolean keysFit(MemorySegment pre, KeyForm form) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment raw = arena.allocate(KEY_BYTES);
            MemorySegment prepared = arena.allocate(PROBE_BYTES, 64).fill(UNTOUCHED);
            MemorySegment before = arena.allocate(PROBE_BYTES, 64).fill(UNTOUCHED);
            IpsecMb.call(pre, raw.address(), prepared.address());
            long behind = form.bytes();
            return prepared.asSlice(behind).mismatch(before.asSlice(behind)) < 0;
        }
    }

    @Override
    public AeadKey key(byte[] key) {
        return new NativeKey(schedules.form(), key);
    }

    GcmSchedules schedules() {
        return schedules;
    }

    @Override
    public AeadContext context(int noncePrefix) {
        return new IpsecMbGcmContext(schedules, enc, dec, noncePrefix);
    }

    @Override
    public String variant() {
        return variant.suffix();
    }

    @Override
    public String name() {
        return "ipsec-mb AES-256-GCM";
    }
}
