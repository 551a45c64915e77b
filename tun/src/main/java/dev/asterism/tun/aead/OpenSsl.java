package dev.asterism.tun.aead;

import dev.asterism.overlay.aead.AeadCipher;
import dev.asterism.overlay.aead.AeadContext;
import dev.asterism.overlay.aead.AeadKey;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.Optional;

/** OpenSSL's libcrypto by its EVP interface. A key is its 32 bytes; what is derived from it lies in the contexts. */
final class OpenSsl implements NativeAead {

    static final String FILE = NativeLibraries.LIBCRYPTO;
    static final String PACKAGES = "libssl3t64 or libssl3";

    private final AeadCipher cipher;
    private final Evp evp;
    private final MemorySegment evpCipher;
    private final String version;

    private OpenSsl(AeadCipher cipher, Evp evp, MemorySegment evpCipher, String version) {
        this.cipher = cipher;
        this.evp = evp;
        this.evpCipher = evpCipher;
        this.version = version;
    }

    static Attempt attempt(NativeLibraries libraries, AeadCipher cipher) {
        SymbolLookup library = libraries.find(FILE);
        if (library == null) {
            return new Attempt.Missing(FILE + " is not installed (install " + PACKAGES + ")");
        }
        String getter =
                switch (cipher) {
                    case AES -> "EVP_aes_256_gcm";
                    case CHACHAPOLY -> "EVP_chacha20_poly1305";
                };
        for (String name : Evp.NAMES) {
            if (library.find(name).isEmpty()) {
                return lacks(name);
            }
        }
        Optional<MemorySegment> evpCipher = library.find(getter);
        return evpCipher.isEmpty()
                ? lacks(getter)
                : new Attempt.Found(
                        new OpenSsl(cipher, Evp.of(library), evpCipher.get(), version(library)));
    }

    private static Attempt.Missing lacks(String function) {
        return new Attempt.Missing(FILE + " has no " + function);
    }

    private static String version(SymbolLookup library) {
        Optional<MemorySegment> text = library.find("OpenSSL_version");
        if (text.isEmpty()) {
            return "unknown version";
        }
        // 6: OPENSSL_VERSION_STRING, for example 3.0.19
        long address = Evp.call(text.get(), 6, 0, 0, 0, 0);
        return MemorySegment.ofAddress(address).reinterpret(64).getString(0);
    }

    @Override
    public AeadKey key(byte[] key) {
        return new NativeKey(KeyForm.RAW, key);
    }

    @Override
    public AeadContext context(int noncePrefix) {
        return new OpenSslContext(cipher, evp, evpCipher, noncePrefix);
    }

    @Override
    public String variant() {
        return version;
    }

    @Override
    public String name() {
        return "openssl " + cipher.displayName();
    }
}
