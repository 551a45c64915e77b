package dev.asterism.tun.aead;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import org.jspecify.annotations.Nullable;

/** How libraries are found; tests find others. */
@FunctionalInterface
public interface NativeLibraries {

    /** OpenSSL 3. */
    String LIBCRYPTO = "libcrypto.so.3";

    /** Null when there is no such library. */
    @Nullable SymbolLookup find(String name);

    /** As the dynamic linker finds them; what was found stays loaded. */
    static @Nullable SymbolLookup ofSystem(String name) {
        try {
            return SymbolLookup.libraryLookup(name, Arena.global());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
