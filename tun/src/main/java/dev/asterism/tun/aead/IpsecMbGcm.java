package dev.asterism.tun.aead;

import dev.asterism.overlay.aead.AeadContext;
import dev.asterism.overlay.aead.AeadKey;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/** AES-256-GCM by libipsec-mb's single-packet functions. */
final class IpsecMbGcm implements NativeAead {

    private static final int PROBE_BYTES = 4096;
    private static final byte UNTOUCHED = (byte) 0xA5;

    private final GcmVariant variant;
    private final MemorySegment pre;
    private final MemorySegment enc;
    private final MemorySegment dec;

    private IpsecMbGcm(
            GcmVariant variant, MemorySegment pre, MemorySegment enc, MemorySegment dec) {
        this.variant = variant;
        this.pre = pre;
        this.enc = enc;
        this.dec = dec;
    }

    static Attempt find(SymbolLookup library, GcmVariant variant) {
        Optional<MemorySegment> pre = library.find("aes_gcm_pre_256_".concat(variant.suffix()));
        Optional<MemorySegment> enc = library.find("aes_gcm_enc_256_".concat(variant.suffix()));
        Optional<MemorySegment> dec = library.find("aes_gcm_dec_256_".concat(variant.suffix()));
        if (pre.isEmpty() || enc.isEmpty() || dec.isEmpty()) {
            return IpsecMb.lacks("aes_gcm_*_256_" + variant.suffix());
        }
        IpsecMbGcm found = new IpsecMbGcm(variant, pre.get(), enc.get(), dec.get());
        return found.keysFit()
                ? new Attempt.Found(found)
                : new Attempt.Missing("its keys have another layout than that of 1.3");
    }

    /** Another version of the library must not write behind a key. */
    private boolean keysFit() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment raw = arena.allocate(KEY_BYTES);
            MemorySegment prepared = arena.allocate(PROBE_BYTES, 64).fill(UNTOUCHED);
            MemorySegment before = arena.allocate(PROBE_BYTES, 64).fill(UNTOUCHED);
            IpsecMb.call(pre, raw.address(), prepared.address());
            long behind = variant.form().bytes();
            return prepared.asSlice(behind).mismatch(before.asSlice(behind)) < 0;
        }
    }

    @Override
    public AeadKey key(byte[] key) {
        NativeAead.checkLength(key);
        NativeKey prepared = new NativeKey(variant.form());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment raw = arena.allocate(KEY_BYTES);
            MemorySegment.copy(key, 0, raw, ValueLayout.JAVA_BYTE, 0, KEY_BYTES);
            IpsecMb.call(pre, raw.address(), prepared.address());
            raw.fill((byte) 0);
        }
        return prepared;
    }

    @Override
    public AeadContext context(int noncePrefix) {
        return new IpsecMbGcmContext(variant.form(), enc, dec, noncePrefix);
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
