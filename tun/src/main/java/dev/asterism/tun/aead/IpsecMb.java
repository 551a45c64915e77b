package dev.asterism.tun.aead;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * libipsec-mb, Intel's library of vectorised ciphers for x86-64 (BSD-3-Clause; Debian and Ubuntu: libipsec-mb1). The
 * layouts used here are those of intel-ipsec-mb.h 1.3.
 */
final class IpsecMb {

    static final String FILE = "libIPSec_MB.so.1";
    static final String PACKAGE = "libipsec-mb1";

    private final SymbolLookup library;

    private IpsecMb(SymbolLookup library) {
        this.library = library;
    }

    /** What could be used, the best first; a single {@link Attempt.Missing} when nothing can. */
    static List<Attempt> attempts(NativeLibraries libraries, TransportCipher cipher) {
        if (!System.getProperty("os.arch").equals("amd64")) {
            return List.of(new Attempt.Missing("it is for x86-64 only"));
        }
        SymbolLookup library = libraries.find(FILE);
        if (library == null) {
            return List.of(
                    new Attempt.Missing(FILE + " is not installed (install " + PACKAGE + ")"));
        }
        IpsecMb found = new IpsecMb(library);
        return switch (cipher) {
            case AES_256_GCM -> found.gcm();
            case CHACHA20_POLY1305 -> List.of(found.chaChaPoly());
        };
    }

    private List<Attempt> gcm() {
        CpuFeatures cpu = cpu();
        if (cpu == null) {
            return List.of(lacks("imb_get_feature_flags"));
        }
        List<Attempt> usable = new ArrayList<>();
        for (GcmVariant variant : GcmVariant.values()) {
            if (variant.runsWith(cpu)) {
                usable.add(IpsecMbGcm.find(library, variant));
            }
        }
        return usable.isEmpty()
                ? List.of(new Attempt.Missing("this CPU has no AES instructions"))
                : List.copyOf(usable);
    }

    private Attempt chaChaPoly() {
        CpuFeatures cpu = cpu();
        if (cpu == null) {
            return lacks("imb_get_feature_flags");
        }
        if (!GcmVariant.SSE.runsWith(cpu)) {
            return new Attempt.Missing("this CPU has no AES instructions");
        }
        return IpsecMbChaChaPoly.find(library);
    }

    private @Nullable CpuFeatures cpu() {
        Optional<MemorySegment> flags = library.find("imb_get_feature_flags");
        return flags.isEmpty()
                ? null
                : new CpuFeatures(call(flags.get(), 0, 0), CpuFeatures.fromKernel());
    }

    static Attempt.Missing lacks(String function) {
        return new Attempt.Missing(FILE + " has no " + function);
    }

    /** Not for packets. */
    static long call(MemorySegment function, long a, long b) {
        try {
            return (long)
                    Words.Ten.CALL.invokeExact(function, a, b, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L);
        } catch (Throwable t) {
            throw Words.impossible(t);
        }
    }
}
