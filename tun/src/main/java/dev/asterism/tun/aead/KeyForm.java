package dev.asterism.tun.aead;

/**
 * What a library derives from a {@link NativeKey}. A key of one form must never be given to code that expects another.
 */
enum KeyForm {
    /** Nothing: the 32 bytes themselves are given to it. */
    RAW(32),
    /** Round keys and hash keys of libipsec-mb's AES-GCM, one layout for each {@link GcmVariant}. */
    SSE(1024),
    AVX_GEN2(1024),
    AVX_GEN4(1024),
    AVX512(1024),
    VAES_AVX512(1024),
    /** Version 2.0 of the library keeps 32 powers of the hash key and their products, 1.3 keeps 48 powers. */
    VAES_AVX512_2_0(1280),
    VAES_AVX2(1024);

    private final int bytes;

    KeyForm(int bytes) {
        this.bytes = bytes;
    }

    /** Native memory of what is derived. */
    int bytes() {
        return bytes;
    }
}
