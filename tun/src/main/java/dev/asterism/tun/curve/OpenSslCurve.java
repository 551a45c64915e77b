package dev.asterism.tun.curve;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.asterism.overlay.curve.Curve25519;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import org.jspecify.annotations.Nullable;

/** OpenSSL's libcrypto by its EVP interface. */
final class OpenSslCurve implements Curve25519 {

    /** NID_ED25519 of openssl/obj_mac.h. */
    private static final int ED25519 = 1087;

    private final EvpKeys evp;
    private final String version;

    private OpenSslCurve(EvpKeys evp, String version) {
        this.evp = evp;
        this.version = version;
    }

    /** Null where the library lacks a function. */
    static @Nullable OpenSslCurve of(SymbolLookup library) {
        EvpKeys evp = EvpKeys.of(library);
        return evp == null ? null : new OpenSslCurve(evp, evp.version());
    }

    @Override
    public String name() {
        return "openssl " + version;
    }

    @Override
    public Key key(byte[] privateKey) {
        return OpenSslKey.of(evp, privateKey);
    }

    @Override
    public boolean isGenuine(byte[] publicKey, byte[] message, byte[] signature) {
        try (Arena arena = Arena.ofConfined()) {
            long key = evp.publicKey(ED25519, copied(publicKey, arena).address(), publicKey.length);
            if (key == 0) {
                evp.clearErrors();
                return false;
            }
            long context = 0;
            try {
                context = evp.newDigest();
                EvpKeys.expect(context);
                return evp.verifyInit(context, key)
                        && evp.verify(
                                context,
                                copied(signature, arena).address(),
                                signature.length,
                                copied(message, arena).address(),
                                message.length);
            } finally {
                evp.freeDigest(context);
                evp.freeKey(key);
                evp.clearErrors();
            }
        }
    }

    static MemorySegment copied(byte[] bytes, Arena arena) {
        MemorySegment copy = arena.allocate(Math.max(1, bytes.length));
        MemorySegment.copy(bytes, 0, copy, JAVA_BYTE, 0, bytes.length);
        return copy;
    }
}
