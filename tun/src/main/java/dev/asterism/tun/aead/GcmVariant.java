package dev.asterism.tun.aead;

import java.util.List;

/**
 * libipsec-mb's implementations of AES-GCM, the fastest first, with the bits of {@code
 * imb_get_feature_flags} that each needs (intel-ipsec-mb.h, IMB_FEATURE_*) and the names that Linux
 * lists in {@code /proc/cpuinfo} when its system registers are switched on as well, which version
 * 1.3 of the library does not look at. Version 1.3 has no VAES_AVX2, 2.0 has no AVX_GEN2.
 */
enum GcmVariant {
    VAES_AVX512(
            KeyForm.VAES_AVX512,
            KeyForm.VAES_AVX512_2_0,
            Bits.AVX512 | Bits.VAES | Bits.VPCLMULQDQ,
            "avx512f"),
    VAES_AVX2(KeyForm.VAES_AVX2, Bits.AVX2 | Bits.VAES | Bits.VPCLMULQDQ, "avx2"),
    AVX512(KeyForm.AVX512, Bits.AVX512, "avx512f"),
    AVX_GEN4(KeyForm.AVX_GEN4, Bits.AVX2, "avx2"),
    AVX_GEN2(KeyForm.AVX_GEN2, Bits.AVX, "avx"),
    SSE(KeyForm.SSE, Bits.SSE, "aes");

    /** Sets of feature bits; each holds those below it. */
    private static final class Bits {
        static final long SSE = 1L << 1 | 1L << 2 | 1L << 3 | 1L << 4;
        static final long AVX = SSE | 1L << 5;
        static final long AVX2 = AVX | 1L << 6 | 1L << 18;
        static final long AVX512 = AVX2 | 1L << 7 | 1L << 8 | 1L << 9 | 1L << 10 | 1L << 11;
        static final long VAES = 1L << 12;
        static final long VPCLMULQDQ = 1L << 13;
    }

    private final KeyForm form;
    private final KeyForm newerForm;
    private final long features;
    private final String kernelFlag;

    GcmVariant(KeyForm form, long features, String kernelFlag) {
        this(form, form, features, kernelFlag);
    }

    GcmVariant(KeyForm form, KeyForm newerForm, long features, String kernelFlag) {
        this.form = form;
        this.newerForm = newerForm;
        this.features = features;
        this.kernelFlag = kernelFlag;
    }

    /** Of its keys in the versions known, the smallest first; which one fits is found out at start. */
    List<KeyForm> forms() {
        return form == newerForm ? List.of(form) : List.of(form, newerForm);
    }

    /** The end of the functions' names. */
    String suffix() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    boolean runsWith(CpuFeatures cpu) {
        return (cpu.library() & features) == features && cpu.kernel().contains(kernelFlag);
    }
}
