package dev.asterism.tun.aead;

import dev.asterism.overlay.aead.AeadKey;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * A key in native memory, which is freed when nobody can reach this object any more: lanes may still hold a key for a
 * moment after its tunnel has gone.
 *
 * <p>Memory: the bytes of its {@link KeyForm} (32, or 1,024 to 1,280 with libipsec-mb's AES-GCM)
 * plus up to 64 for alignment, and about 200 bytes of heap for this object, its segment and its
 * cleaner. A tunnel has two keys.
 *
 * <p>Users read {@link #address} only while they hold the object ({@link java.lang.ref.Reference#reachabilityFence}),
 * and look at {@link #isDestroyed} before and after a use: a key wiped half-way through a seal
 * encrypts with zeros.
 */
final class NativeKey implements AeadKey {

    private static final long CACHE_LINE = 64;

    private final KeyForm form;
    private final MemorySegment memory;
    private final long address;
    private volatile boolean destroyed;

    NativeKey(KeyForm form) {
        this.form = form;
        this.memory = Arena.ofAuto().allocate(form.bytes(), CACHE_LINE);
        this.address = memory.address();
    }

    KeyForm form() {
        return form;
    }

    /** For the provider to fill before it gives the key away. */
    MemorySegment memory() {
        return memory;
    }

    long address() {
        return address;
    }

    boolean isDestroyed() {
        return destroyed;
    }

    @Override
    public void destroy() {
        destroyed = true;
        // Who reads a wiped byte must see the mark afterwards.
        VarHandle.fullFence();
        memory.fill((byte) 0);
    }
}
