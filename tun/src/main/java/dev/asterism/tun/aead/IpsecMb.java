package dev.asterism.tun.aead;

import dev.asterism.overlay.aead.AeadCipher;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * libipsec-mb, Intel's library of vectorised ciphers for x86-64 (BSD-3-Clause), in one of the two versions that
 * distributions carry: 2.0 (libIPSec_MB.so.2; Debian 13 and newer: libipsec-mb2) and 1.3 (libIPSec_MB.so.1; Debian 12:
 * libipsec-mb1). Both versions of intel-ipsec-mb.h agree in all that is used here but the size of prepared keys, see
 * {@link GcmVariant#forms}.
 */
final class IpsecMb {

    /** The names that the dynamic linker knows it by, the newest first. */
    static final List<String> FILES = List.of("libIPSec_MB.so.2", "libIPSec_MB.so.1");

    static final String PACKAGES = "libipsec-mb2 or libipsec-mb1";

    private final SymbolLookup symbols;
    private final String file;

    private IpsecMb(SymbolLookup symbols, String file) {
        this.symbols = symbols;
        this.file = file;
    }

    /** What could be used, the best first; a single {@link Attempt.Missing} when nothing can. */
    static List<Attempt> attempts(NativeLibraries libraries, AeadCipher cipher) {
        if (!System.getProperty("os.arch").equals("amd64")) {
            return List.of(new Attempt.Missing("it is for x86-64 only"));
        }
        List<Attempt> attempts = new ArrayList<>();
        for (String file : FILES) {
            SymbolLookup symbols = libraries.find(file);
            if (symbols != null) {
                attempts.addAll(new IpsecMb(symbols, file).attempts(cipher));
            }
        }
        return attempts.isEmpty()
                ? List.of(
                        new Attempt.Missing(
                                String.join(" or ", FILES)
                                        + " is not installed (install "
                                        + PACKAGES
                                        + ")"))
                : List.copyOf(attempts);
    }

    private List<Attempt> attempts(AeadCipher cipher) {
        return switch (cipher) {
            case AES -> gcm();
            case CHACHAPOLY -> List.of(chaChaPoly());
        };
    }

    private List<Attempt> gcm() {
        CpuFeatures cpu = cpu();
        if (cpu == null) {
            return List.of(lacks("imb_get_feature_flags"));
        }
        if (!GcmVariant.SSE.runsWith(cpu)) {
            return List.of(new Attempt.Missing("this CPU has no AES instructions"));
        }
        List<Attempt> usable = new ArrayList<>();
        for (GcmVariant variant : GcmVariant.values()) {
            // Neither version has all variants.
            if (variant.runsWith(cpu) && IpsecMbGcm.isIn(this, variant)) {
                usable.add(IpsecMbGcm.find(this, variant));
            }
        }
        return usable.isEmpty() ? List.of(lacks("aes_gcm_enc_256_*")) : List.copyOf(usable);
    }

    private Attempt chaChaPoly() {
        CpuFeatures cpu = cpu();
        if (cpu == null) {
            return lacks("imb_get_feature_flags");
        }
        if (!GcmVariant.SSE.runsWith(cpu)) {
            return new Attempt.Missing("this CPU has no AES instructions");
        }
        return IpsecMbChaChaPoly.find(this);
    }

    private @Nullable CpuFeatures cpu() {
        Optional<MemorySegment> flags = find("imb_get_feature_flags");
        return flags.isEmpty()
                ? null
                : new CpuFeatures(call(flags.get(), 0, 0), CpuFeatures.fromKernel());
    }

    Optional<MemorySegment> find(String function) {
        return symbols.find(function);
    }

    /** The name that it was found by. */
    String file() {
        return file;
    }

    Attempt.Missing lacks(String function) {
        return new Attempt.Missing(file + " has no " + function);
    }

    /** Not for packets. */
    static long call(MemorySegment function, long a, long b) {
        try {
            return (long)
                    NativeCalls.Ten.CALL.invokeExact(
                            function, a, b, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L);
        } catch (Throwable t) {
            throw NativeCalls.impossible(t);
        }
    }
}
