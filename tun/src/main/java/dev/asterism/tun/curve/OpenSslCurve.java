package dev.asterism.tun.curve;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.asterism.overlay.curve.Curve25519;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import org.jspecify.annotations.Nullable;

/**
 * OpenSSL's libcrypto by its EVP interface. Private keys lie in memory of one call and are wiped there; what
 * libcrypto keeps of them it wipes itself when the key is freed.
 */
final class OpenSslCurve implements Curve25519 {

    private static final int KEY_BYTES = 32;

    /** NID_X25519 and NID_ED25519 of openssl/obj_mac.h. */
    private static final int X25519 = 1034;

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
    public byte[] publicKey(byte[] privateKey) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment secret = copied(privateKey, arena);
            long key = evp.privateKey(X25519, secret.address(), KEY_BYTES);
            secret.fill((byte) 0);
            expect(key);
            try {
                MemorySegment out = arena.allocate(KEY_BYTES);
                expect(evp.publicKeyOf(key, out.address(), length(arena)));
                return out.toArray(JAVA_BYTE);
            } finally {
                evp.freeKey(key);
            }
        }
    }

    @Override
    public byte @Nullable [] agree(byte[] privateKey, byte[] peerPublicKey) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment secret = copied(privateKey, arena);
            long own = evp.privateKey(X25519, secret.address(), KEY_BYTES);
            secret.fill((byte) 0);
            expect(own);
            try {
                long peer =
                        evp.publicKey(
                                X25519,
                                copied(peerPublicKey, arena).address(),
                                peerPublicKey.length);
                return peer == 0 ? null : agree(own, peer, arena);
            } finally {
                evp.freeKey(own);
                evp.clearErrors();
            }
        }
    }

    private byte @Nullable [] agree(long own, long peer, Arena arena) {
        long context = 0;
        try {
            context = evp.newContext(own);
            expect(context);
            expect(evp.deriveInit(context));
            MemorySegment out = arena.allocate(KEY_BYTES);
            // Fails for a shared secret of zeros (RFC 7748 6.1), and for nothing else with keys of
            // 32 bytes.
            boolean derived =
                    evp.deriveWith(context, peer)
                            && evp.derive(context, out.address(), length(arena));
            byte[] shared = derived ? out.toArray(JAVA_BYTE) : null;
            out.fill((byte) 0);
            return shared;
        } finally {
            evp.freeContext(context);
            evp.freeKey(peer);
        }
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
                expect(context);
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

    private static MemorySegment copied(byte[] bytes, Arena arena) {
        MemorySegment copy = arena.allocate(Math.max(1, bytes.length));
        MemorySegment.copy(bytes, 0, copy, JAVA_BYTE, 0, bytes.length);
        return copy;
    }

    /** Where a function reads how much room there is, and writes how much it took. */
    private static long length(Arena arena) {
        return arena.allocateFrom(JAVA_LONG, KEY_BYTES).address();
    }

    private static void expect(long result) {
        if (result == 0) {
            throw new IllegalStateException("libcrypto refused a step with a key");
        }
    }

    private static void expect(boolean result) {
        expect(result ? 1 : 0);
    }
}
