package dev.asterism.tun.curve;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.asterism.overlay.curve.Curve25519;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/**
 * A private key of X25519 as an {@code EVP_PKEY}, with a context that agrees by it. Libcrypto calculates the public key
 * when it takes a private one, which costs as much as an agreement: so both are made once. The bytes lie in memory of
 * one call and are wiped there; what libcrypto keeps of them it wipes itself when the key is freed.
 */
final class OpenSslKey implements Curve25519.Key {

    private static final int KEY_BYTES = 32;

    /** NID_X25519 of openssl/obj_mac.h. */
    private static final int X25519 = 1034;

    private final EvpKeys evp;
    private final Handles handles;

    /** Frees {@link #handles} once it, and so this object, cannot be reached any more. */
    private final MemorySegment owner;

    /** What libcrypto has of it. Apart from the key, so that it can be freed when nobody can reach that. */
    private static final class Handles {
        private final EvpKeys evp;
        private long key;
        private long context;

        Handles(EvpKeys evp) {
            this.evp = evp;
        }

        synchronized void free() {
            evp.freeContext(context);
            evp.freeKey(key);
            context = 0;
            key = 0;
        }
    }

    private OpenSslKey(EvpKeys evp, Handles handles) {
        this.evp = evp;
        this.handles = handles;
        this.owner =
                MemorySegment.ofAddress(handles.key)
                        .reinterpret(1, Arena.ofAuto(), _ -> handles.free());
    }

    static OpenSslKey of(EvpKeys evp, byte[] privateKey) {
        Handles handles = new Handles(evp);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment secret = OpenSslCurve.copied(privateKey, arena);
            handles.key = evp.privateKey(X25519, secret.address(), privateKey.length);
            secret.fill((byte) 0);
            EvpKeys.expect(handles.key);
            handles.context = evp.newContext(handles.key);
            EvpKeys.expect(handles.context);
            EvpKeys.expect(evp.deriveInit(handles.context));
        } catch (RuntimeException e) {
            handles.free();
            throw e;
        }
        return new OpenSslKey(evp, handles);
    }

    @Override
    public byte[] publicKey() {
        synchronized (handles) {
            requireKey();
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment out = arena.allocate(KEY_BYTES);
                EvpKeys.expect(evp.publicKeyOf(handles.key, out.address(), length(arena)));
                return out.toArray(JAVA_BYTE);
            } finally {
                Reference.reachabilityFence(owner);
            }
        }
    }

    @Override
    public byte @Nullable [] agree(byte[] peerPublicKey) {
        synchronized (handles) {
            requireKey();
            long peer = 0;
            try (Arena arena = Arena.ofConfined()) {
                long bytes = OpenSslCurve.copied(peerPublicKey, arena).address();
                peer = evp.publicKey(X25519, bytes, peerPublicKey.length);
                return peer == 0 ? null : agree(peer, arena);
            } finally {
                evp.freeKey(peer);
                evp.clearErrors();
                Reference.reachabilityFence(owner);
            }
        }
    }

    private byte @Nullable [] agree(long peer, Arena arena) {
        MemorySegment out = arena.allocate(KEY_BYTES);
        // Fails for a shared secret of zeros (RFC 7748 6.1), and for nothing else with keys of 32
        // bytes.
        boolean derived =
                evp.deriveWith(handles.context, peer)
                        && evp.derive(handles.context, out.address(), length(arena));
        byte[] shared = derived ? out.toArray(JAVA_BYTE) : null;
        out.fill((byte) 0);
        return shared;
    }

    private void requireKey() {
        if (handles.key == 0) {
            throw new IllegalStateException("key is destroyed");
        }
    }

    @Override
    public void destroy() {
        handles.free();
    }

    /** Where a function reads how much room there is, and writes how much it took. */
    private static long length(Arena arena) {
        return arena.allocateFrom(JAVA_LONG, KEY_BYTES).address();
    }
}
